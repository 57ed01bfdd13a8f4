"""The review site: staff see what came in, correct it, answer it, and keep the promises.

`app.app` builds it, `serve` runs it. A page is a router in a module of its own, a row in `rights`, a template in
templates/web and its words in templates/web/words; `entry.entry` stands before each of them.
"""
