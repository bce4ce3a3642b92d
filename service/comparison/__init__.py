"""Plans beside each other: across provinces and years, with what each number was counted from.

`judge` says whether two tasks are the same, with the reason; `groups` puts the tasks of a store
together; `differences` lays two plans side by side.
"""
