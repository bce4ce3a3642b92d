"""The forge: plans of random layout and invented content, with what stands in them.

`drawing` draws a plan from a number, `tables` says what its tables look like and hold, `phrases`
has their words, `writing` writes it as a web page or a Word file, `trial` reads it and makes small
what is read wrong.
"""
