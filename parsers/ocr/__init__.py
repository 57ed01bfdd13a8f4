"""Recognising the text of a page from its picture (OCR): in a child of its own, loaded only when a page needs it.

job     the child's work: a picture in, a SeenPage out        pool    the children, ended when there is no work
piece   a piece of a page that somebody pointed at
look    from the picture to its letters                       clean   streaks, specks, skew
rules   the ruling lines of a form                            boxes   those to be ticked, and which are
engine  the recogniser (RapidOCR) and its letters
"""
