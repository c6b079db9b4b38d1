"""If we arm one side of a proxy war, what does the other side's patron do next, and is our plan still good after that?"""
