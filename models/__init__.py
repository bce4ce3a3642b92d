"""The nouns of kehoach: frozen records without behaviour. Imports only `corpora`."""
