#include "pramana/keys/inside_keys.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>

namespace pramana::keys {
namespace {

class MadeRoot final : public SealingRoot {
  public:
    explicit MadeRoot(std::uint8_t number, std::string kind = "made")
        : number_{number}, kind_{std::move(kind)} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return kind_; }
    [[nodiscard]] Result<SecretBytes> key() const override {
        if (number_ == 0) return Error{Errc::kBusy, "test"};
        SecretBytes out{32};
        out.expose_mutable()[0] = number_;
        return out;
    }

  private:
    std::uint8_t number_;
    std::string kind_;
};

class InsideKeys : public testing::Test {
  protected:
    InsideKeys()
        : directory_{std::filesystem::temp_directory_path() /
                     ("pramana-keys-" + std::to_string(::getpid()))} {
        std::filesystem::remove_all(directory_);
    }
    ~InsideKeys() override { std::filesystem::remove_all(directory_); }
    [[nodiscard]] Bytes content() const {
        return *read_file(directory_ / kSealedKeysName, 1U << 16U);
    }
    std::filesystem::path directory_;
};

TEST_F(InsideKeys, are_made_once_and_read_back) {
    const Result<SourceKeys> made = keys_from_inside(directory_, MadeRoot{1});
    ASSERT_TRUE(made);
    const Result<SourceKeys> again = keys_from_inside(directory_, MadeRoot{1});
    ASSERT_TRUE(again);
    EXPECT_TRUE(equal_secret(made->material.seed.expose(), again->material.seed.expose()));
    EXPECT_TRUE(equal_secret(made->material.vault.expose(), again->material.vault.expose()));
    EXPECT_TRUE(again->survive_restart);
    EXPECT_FALSE(again->material.imported);
    const auto mode = std::filesystem::status(directory_ / kSealedKeysName).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(InsideKeys, do_not_lie_on_disk_in_clear) {
    const Result<SourceKeys> made = keys_from_inside(directory_, MadeRoot{1});
    ASSERT_TRUE(made);
    const Bytes raw = content();
    for (const SecretBytes* secret : {&made->material.seed, &made->material.vault}) {
        const std::span<const std::uint8_t> key = secret->expose();
        EXPECT_EQ(std::search(raw.begin(), raw.end(), key.begin(), key.end()), raw.end());
    }
}

struct ForeignRow {
    const char* name;
    MadeRoot root;
    std::function<void(Bytes&)> change;
    Errc refused;
};
const ForeignRow kForeign[] = {
    {"another_platform", MadeRoot{2}, [](Bytes&) {}, Errc::kKeysForeign},
    {"another_kind_of_root", MadeRoot{1, "other"}, [](Bytes&) {}, Errc::kKeysForeign},
    {"altered", MadeRoot{1}, [](Bytes& raw) { raw.back() ^= 1U; }, Errc::kKeysForeign},
    {"cut", MadeRoot{1}, [](Bytes& raw) { raw.resize(20); }, Errc::kKeysForeign},
    {"another_version", MadeRoot{1}, [](Bytes& raw) { raw[4] = 2; }, Errc::kMalformedKey},
    {"empty", MadeRoot{1}, [](Bytes& raw) { raw.clear(); }, Errc::kMalformedKey},
    {"a_platform_that_is_busy", MadeRoot{0}, [](Bytes&) {}, Errc::kBusy},
};
TEST_F(InsideKeys, that_cannot_be_opened_are_refused_and_stay) {
    ASSERT_TRUE(keys_from_inside(directory_, MadeRoot{1}));
    const Bytes good = content();
    for (const ForeignRow& row : kForeign) {
        Bytes raw = good;
        row.change(raw);
        ASSERT_TRUE(write_file_durably(directory_ / kSealedKeysName, raw));
        const Result<SourceKeys> opened = keys_from_inside(directory_, row.root);
        ASSERT_FALSE(opened) << row.name;
        EXPECT_EQ(name_of(opened.error().code), name_of(row.refused)) << row.name;
        EXPECT_EQ(content(), raw) << row.name << ": nothing is made anew over it";
    }
}

TEST_F(InsideKeys, imported_ones_replace_those_that_were_there_and_keep_them_aside) {
    const Result<SourceKeys> before = keys_from_inside(directory_, MadeRoot{1});
    ASSERT_TRUE(before);
    KeyMaterial imported = new_key_material();
    imported.imported = true;
    ASSERT_TRUE(keep_inside(directory_, MadeRoot{1}, imported, 1234));
    const Result<SourceKeys> after = keys_from_inside(directory_, MadeRoot{1});
    ASSERT_TRUE(after);
    EXPECT_TRUE(after->material.imported);
    EXPECT_TRUE(equal_secret(after->material.seed.expose(), imported.seed.expose()));
    EXPECT_TRUE(std::filesystem::exists(directory_ / "keys.sealed.before-1234"));
}

/// Answers once two have asked, or after a while: so that both are between looking and writing.
class MeetingRoot final : public SealingRoot {
  public:
    [[nodiscard]] std::string_view kind() const noexcept override { return "made"; }
    [[nodiscard]] Result<SecretBytes> key() const override {
        std::unique_lock lock{mutex_};
        ++asked_;
        met_.notify_all();
        met_.wait_for(lock, std::chrono::seconds{1}, [this] { return asked_ > 1; });
        SecretBytes out{32};
        out.expose_mutable()[0] = 1;
        return out;
    }

  private:
    mutable std::mutex mutex_;
    mutable std::condition_variable met_;
    mutable int asked_ = 0;
};

TEST_F(InsideKeys, are_the_same_for_two_that_start_at_once) {
    const MeetingRoot root;
    const auto make = [&] { return keys_from_inside(directory_, root); };
    auto other = std::async(std::launch::async, make);
    const Result<SourceKeys> one = make();
    const Result<SourceKeys> two = other.get();
    ASSERT_TRUE(one && two);
    EXPECT_TRUE(equal_secret(one->material.seed.expose(), two->material.seed.expose()));
    const Result<SourceKeys> kept = keys_from_inside(directory_, root);
    ASSERT_TRUE(kept);
    EXPECT_TRUE(equal_secret(one->material.seed.expose(), kept->material.seed.expose()));
}

TEST_F(InsideKeys, imported_twice_in_a_second_keep_the_first_ones_too) {
    const Result<SourceKeys> first = keys_from_inside(directory_, MadeRoot{1});
    ASSERT_TRUE(first);
    const Bytes sealed = content();
    ASSERT_TRUE(keep_inside(directory_, MadeRoot{1}, new_key_material(), 1234));
    const Bytes second = content();
    ASSERT_TRUE(keep_inside(directory_, MadeRoot{1}, new_key_material(), 1234));
    std::vector<Bytes> aside;
    for (const auto& entry : std::filesystem::directory_iterator{directory_})
        if (entry.path().filename().string().starts_with("keys.sealed.before-"))
            aside.push_back(*read_file(entry.path(), 1U << 16U));
    ASSERT_EQ(aside.size(), 2U);
    EXPECT_NE(std::ranges::find(aside, sealed), aside.end());
    EXPECT_NE(std::ranges::find(aside, second), aside.end());
}

TEST_F(InsideKeys, for_one_boot_have_a_new_epoch_each_time) {
    const Result<SourceKeys> first = keys_for_one_boot(directory_, 4);
    const Result<SourceKeys> second = keys_for_one_boot(directory_, 4);
    const Result<SourceKeys> third = keys_for_one_boot(directory_, 9);
    ASSERT_TRUE(first && second && third);
    EXPECT_EQ(first->epochs->current, 4U);
    EXPECT_EQ(second->epochs->current, 5U);
    EXPECT_EQ(third->epochs->current, 9U);
    EXPECT_FALSE(second->survive_restart);
    EXPECT_FALSE(equal_secret(first->material.seed.expose(), second->material.seed.expose()));
    ASSERT_TRUE(write_file_durably(directory_ / kBootEpochName, as_bytes_view("seven\n")));
    EXPECT_FALSE(keys_for_one_boot(directory_, 0)) << "an epoch is not guessed";
}

TEST_F(InsideKeys, a_data_directory_of_other_keys_is_refused) {
    const KeyMaterial mine = new_key_material();
    const KeyMaterial other = new_key_material();
    EXPECT_TRUE(check_vault(directory_, mine.vault));
    EXPECT_TRUE(check_vault(directory_, mine.vault));
    const Status foreign = check_vault(directory_, other.vault);
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code, Errc::kKeysForeign);
}

}  // namespace
}  // namespace pramana::keys
