"""Learns everything anew."""

from service.training import dumps, fields, heads, pairs, signs

if __name__ == "__main__":
    signs.main()
    dumps.main()
    heads.main()
    fields.main()
    pairs.main()
