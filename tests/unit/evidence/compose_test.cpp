#include "pramana/evidence/compose.hpp"
#include "pramana/core/json.hpp"

#include <gtest/gtest.h>

namespace pramana::evidence {
namespace {

std::string document(std::string_view yaml) {
    return R"({"docker_compose_file":)" + json_quoted(yaml) + R"(,"name":"x"})";
}

TEST(ImagesOfCompose, are_the_values_behind_image) {
    const Result<std::vector<std::string>> images = images_of_compose(
        document("services:\n  a:\n    image: registry.example/a@sha256:11  # pinned\n"
                 "  b:\r\n    image: \"b:1\"\r\n  c: {}\n  - image: 'c'\n    image:\tb:1\n"
                 "    not_image: d\n    # image: e\n    image:\n"));
    ASSERT_TRUE(images);
    EXPECT_EQ(*images, (std::vector<std::string>{"registry.example/a@sha256:11", "b:1", "c"}));
}

TEST(ImagesOfCompose, are_none_of_another_runner) {
    EXPECT_TRUE(images_of_compose(R"({"runner":"bash"})")->empty());
}

TEST(ImagesOfCompose, refuses_what_is_no_compose_document) {
    std::string many = "services:\n";
    for (int i = 0; i < 65; ++i) many += " image: a" + std::to_string(i) + '\n';
    for (const std::string& text :
         {std::string{}, std::string{"[]"}, std::string{R"({"docker_compose_file":1})"},
          document(many), document("image: " + std::string(513, 'a'))}) {
        const Result<std::vector<std::string>> images = images_of_compose(text);
        ASSERT_FALSE(images) << text;
        EXPECT_EQ(images.error().code, Errc::kEvidenceMalformed);
    }
}

}  // namespace
}  // namespace pramana::evidence
