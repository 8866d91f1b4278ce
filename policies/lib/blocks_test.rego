package parapet.lib.blocks_test

import data.parapet.lib.blocks
import rego.v1

test_a_list_stays if blocks.list([{"a": 1}]) == [{"a": 1}]

test_an_object_is_a_list_of_one if blocks.list({"a": 1}) == [{"a": 1}]

test_anything_else_is_no_block if not blocks.list("text")
