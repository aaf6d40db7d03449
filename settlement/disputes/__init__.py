"""Disputes of single lines: opened by a party, ended by the operator or by who opened them."""
