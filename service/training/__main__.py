"""Learns everything anew."""

from service.training import breaks, fields

if __name__ == "__main__":
    breaks.main()
    fields.main()
