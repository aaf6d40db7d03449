"""The demonstration: a sandbox network of four brands over real purchases of music.

- `brands`   the four brands, their units and contracts, as data
- `admit`    admits them to a new network: partners, units, keys, signed contracts
- `rule`     what the customers of one brand do at the others: a seeded rule, stated in words
- `acts`     what the rule says, as commands
- `story`    plays the purchases and the rule, day by day, under the simulated clock
- `closing`  closes the settlement window and says who owes whom
- `build`    all of it, in a folder beside the home that becomes the home only when it is whole
- `data/`    the purchases, with their attribution
"""
