"""What is learned, each by a module of its own, and written into `corpora/`: `python -m
service.training`, or `make model`.

`fields`: the classifier of reform fields; `breaks`: the signs of a row that a page has cut.
"""
