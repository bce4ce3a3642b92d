"""Learns everything anew."""

from service.training import dumps, fields, pairs, signs

if __name__ == "__main__":
    signs.main()
    dumps.main()
    fields.main()
    pairs.main()
