"""The pages for people: upload, the list of plans, one plan's tasks, a search, a sign-in.

Made on the server from the same listings as the API, Vietnamese first, with an English switch.
"""
