"""Controls by four eyes: what partners may owe, their collateral, the network's policies."""
