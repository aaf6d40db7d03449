"""Points: transfers and wallets, and the mutations that move them."""
