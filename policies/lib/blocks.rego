# Nested blocks, whichever way the plan writes them.
package parapet.lib.blocks

import rego.v1

# list: a single nested block is an object in some schemas and a list of one in others.
list(value) := value if is_array(value)

list(value) := [value] if is_object(value)
