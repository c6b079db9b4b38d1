"""How rivals settle who look ahead: games in our own form, their quantal response and its limit, the gain from deviating."""
