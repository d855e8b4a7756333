#include "pramana/attest/dstack.hpp"
#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace {

using namespace pramana;

/// What tools/compose_hash wrote (tests/tools/image_test.py makes it anew and compares): the
/// verifier has to come to the hash that the tool prints, and to the same one normal form.
TEST(ComposeDocument, of_the_tool_has_the_hash_that_the_verifier_computes) {
    std::ifstream file{"tests/tools/compose/app-compose.json", std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    ASSERT_FALSE(text.empty());
    EXPECT_EQ(to_hex(attest::dstack_compose_hash(text).view()),
              "0c2b4c8b953d7e749f58de19d50f3cd0e65121095e6102d04fda4916b6e01a31");
    const Result<std::string> normal = attest::normalised_app_compose(text);
    ASSERT_TRUE(normal);
    EXPECT_EQ(*normal, text);
}

}  // namespace
