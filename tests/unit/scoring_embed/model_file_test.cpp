#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/model.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

namespace pramana::scoring {
namespace {

using testing::FileParts;

TEST(ModelFile, that_is_whole_is_read) {
    const Bytes file = testing::tiny_parts().encode();
    const auto model = Model::parse(file);
    ASSERT_TRUE(model);
    EXPECT_EQ((*model)->digest(), sha256(file));
}

struct Bend {
    const char* name;
    std::function<Bytes()> file;
};

Bytes with(const std::function<void(FileParts&)>& change) {
    FileParts parts = testing::tiny_parts();
    change(parts);
    return parts.encode();
}
Bytes with_byte(std::size_t at, std::uint8_t value) {
    Bytes file = testing::tiny_parts().encode();
    file[at] = value;
    return file;
}
void put_float(Bytes& content, std::size_t index, std::uint32_t bits) {
    store_le(bits, content.data() + 4 * index);
}

// docs/scoring.md "Model file": every rule broken once.
const Bend kBends[] = {
    {"empty", [] { return Bytes{}; }},
    {"head_only", [] { return Bytes(64); }},
    {"another_magic", [] { return with_byte(0, 'P'); }},
    {"another_version", [] { return with([](FileParts& p) { p.version = 2; }); }},
    {"no_layers", [] { return with([](FileParts& p) { p.layers = 0; }); }},
    {"more_layers_than_sections", [] { return with([](FileParts& p) { p.layers = 2; }); }},
    {"too_many_layers", [] { return with([](FileParts& p) { p.layers = 49; }); }},
    {"too_many_positions", [] { return with([](FileParts& p) { p.positions = 513; }); }},
    {"one_position", [] { return with([](FileParts& p) { p.positions = 1; }); }},
    {"another_word_count", [] { return with([](FileParts& p) { ++p.vocabulary; }); }},
    {"section_count_beyond_file", [] { return with_byte(34, 0x0F); }},
    {"section_missing", [] { return with([](FileParts& p) { p.sections.pop_back(); }); }},
    {"section_unknown",
     [] { return with([](FileParts& p) { p.sections.push_back({"more", Bytes(4)}); }); }},
    {"sections_swapped",
     [] { return with([](FileParts& p) { std::swap(p.sections[1], p.sections[2]); }); }},
    {"name_with_tail", [] { return with_byte(64 + 20, 'x'); }},
    {"section_too_short",
     [] { return with([](FileParts& p) { p.section("positions").content.pop_back(); }); }},
    {"offset_moved", [] { return with_byte(64 + 48 + 32, 0x01); }},
    {"size_beyond_file", [] { return with_byte(64 + 40 + 7, 0x7F); }},
    {"code_minus_128",
     [] { return with([](FileParts& p) { p.section("layer.0.up.codes").content[5] = 0x80; }); }},
    {"scale_nan",
     [] {
         return with(
             [](FileParts& p) { put_float(p.section("words.scales").content, 3, 0x7FC00000); });
     }},
    {"bias_infinite",
     [] {
         return with(
             [](FileParts& p) { put_float(p.section("layer.0.out.bias").content, 0, 0xFF800000); });
     }},
    {"gamma_huge",
     [] {
         return with([](FileParts& p) {
             put_float(p.section("layer.0.norm2.gamma").content, 9, 0x7F000000);
         });
     }},
    {"vocabulary_empty_word",
     [] {
         return with([](FileParts& p) {
             p.section("vocabulary").content.insert(p.section("vocabulary").content.begin(), '\n');
         });
     }},
    {"vocabulary_no_last_line_feed",
     [] { return with([](FileParts& p) { p.section("vocabulary").content.back() = 'x'; }); }},
    {"vocabulary_specials_moved",
     [] { return with([](FileParts& p) { p.section("vocabulary").content[1] = 'p'; }); }},
    {"trailing_bytes",
     [] {
         Bytes file = testing::tiny_parts().encode();
         file.resize(file.size() + 64);
         return file;
     }},
};

class ModelFileRefused : public ::testing::TestWithParam<Bend> {};
TEST_P(ModelFileRefused, as_a_mismatch) {
    const auto model = Model::parse(GetParam().file());
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code, Errc::kModelMismatch);
}
INSTANTIATE_TEST_SUITE_P(Bends, ModelFileRefused, ::testing::ValuesIn(kBends),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ModelFile, refuses_its_truncations) {
    const Bytes file = testing::tiny_parts().encode();
    for (std::size_t size = 0; size < file.size(); size += size < 4096 ? 61 : 131071)
        EXPECT_FALSE(Model::parse(ByteView{file}.first(size))) << size;
    EXPECT_FALSE(Model::parse(ByteView{file}.first(file.size() - 1)));
}

class ModelOnDisk : public ::testing::Test {
  protected:
    void SetUp() override {
        path_ = std::filesystem::temp_directory_path() /
                ("pramana-model-" + std::to_string(::getpid()) + ".bin");
        const Bytes file = testing::tiny_parts().encode();
        digest_ = sha256(file);
        std::ofstream{path_, std::ios::binary}.write(reinterpret_cast<const char*>(file.data()),
                                                     static_cast<std::streamsize>(file.size()));
    }
    void TearDown() override { std::filesystem::remove(path_); }
    std::filesystem::path path_;
    Hash32 digest_;
};

TEST_F(ModelOnDisk, loads_under_its_digest) {
    Hash32 found;
    const auto model = Model::load(path_, digest_, &found);
    ASSERT_TRUE(model);
    EXPECT_EQ((*model)->digest(), digest_);
    EXPECT_EQ(found, digest_);
}
TEST_F(ModelOnDisk, with_another_digest_is_refused_and_says_which) {
    Hash32 found;
    const auto model = Model::load(path_, pinned_model_digest(), &found);
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code, Errc::kModelMismatch);
    EXPECT_EQ(found, digest_);
}
TEST_F(ModelOnDisk, that_is_missing_is_not_found) {
    const auto model = Model::load(path_.string() + ".no", digest_);
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace pramana::scoring
