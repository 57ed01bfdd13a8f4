"""How the shipped model is made: `intake train` runs `build.py`, which needs the corpus and nothing from outside.

forms       the corpus's values laid out as forms and tables
examples    units of the corpus as the network's rows and tags
noise       what is hidden from the network while it learns, so that it leans on more than one clue
fit         one network, one seed
build       folds, the judge of proposals, the final networks, the figures
"""
