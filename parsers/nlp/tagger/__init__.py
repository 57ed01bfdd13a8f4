"""The trained tagger: words in, marked spans with their probability out.

    lexicons    words of goods, faults, people and places as hints on the tokens
    features    what the network sees of each token
    crf         two linear-chain random fields: the values, and the descriptions of faults that may hold them
    network     the layers between
    component   the spaCy component, with its model on disk

It is trained by `parsers/nlp/training`, on the corpus.
"""
