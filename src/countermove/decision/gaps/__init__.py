"""The gap check: where a strategy is silent, exactly on finite trees and by completions on the simulator."""
