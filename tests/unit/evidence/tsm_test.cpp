#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/tsm_provider.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <map>

#include <unistd.h>

namespace {

using namespace pramana;
using namespace pramana::evidence;

/// Behaves as Documentation/ABI/testing/configfs-tsm-report says: every write moves the generation,
/// the outblob is made from the last inblob, attributes exist once the entry does.
class StandIn final : public TsmTree {
  public:
    struct Faults {
        std::vector<int> outblob = {};  ///< what the first reads of outblob answer, in order
        std::vector<int> inblob = {};
        unsigned foreign_writes = 0;  ///< how many requests somebody writes into before outblob
        unsigned late_writes = 0;     ///< and between outblob and the last generation
        bool wrong_report_data = false;
        std::size_t cut = 0;  ///< bytes missing at the end
        std::size_t longer = 0;
        bool without_certificates = false;
    };
    struct Log {
        unsigned made = 0;
        unsigned removed = 0;
        std::string privilege;
    };
    StandIn(std::string provider, Faults faults, Log& log)
        : provider_{std::move(provider)}, faults_{std::move(faults)}, log_{log} {}

    int make_entry(const std::string& entry) override {
        if (provider_ == "absent") return ENOENT;
        entries_[entry] = {};
        ++log_.made;
        return 0;
    }
    void remove_entry(const std::string& entry) override {
        entries_.erase(entry);
        ++log_.removed;
    }
    int write(const std::string& name, std::string_view attribute, ByteView content) override {
        Entry& entry = entries_.at(name);
        if (attribute == "privlevel") log_.privilege = as_text(content);
        if (attribute == "inblob") {
            if (const int failed = next(faults_.inblob)) return failed;
            if (content.size() > 64) return EINVAL;
            entry.input.assign(content.begin(), content.end());
        }
        ++entry.generation;
        return 0;
    }
    int read(const std::string& name, std::string_view attribute, std::size_t bytes_max,
             Bytes& content) override {
        Entry& entry = entries_.at(name);
        content.clear();
        if (attribute == "provider") append(content, provider_ + '\n');
        if (attribute == "generation") {
            if (entry.answered && take(faults_.late_writes)) ++entry.generation;
            append(content, std::to_string(entry.generation) + '\n');
            if (!entry.input.empty() && take(faults_.foreign_writes)) ++entry.generation;
        }
        if (attribute == "auxblob") {
            if (faults_.without_certificates) return ENOENT;
            content = {0xCE, 0x27};
        }
        if (attribute == "outblob") {
            if (const int failed = next(faults_.outblob)) return failed;
            content = blob(entry);
            entry.answered = true;
        }
        return content.size() > bytes_max ? EFBIG : 0;
    }

  private:
    struct Entry {
        std::uint64_t generation = 0;
        Bytes input = {};
        bool answered = false;
    };
    static int next(std::vector<int>& faults) {
        if (faults.empty()) return 0;
        const int out = faults.front();
        faults.erase(faults.begin());
        return out;
    }
    static bool take(unsigned& count) {
        if (count == 0) return false;
        --count;
        return true;
    }
    [[nodiscard]] Bytes blob(const Entry& entry) const {
        const bool snp = provider_ == "sev_guest";
        Bytes out(snp ? 1184 : 1300);
        if (!snp) store_le(std::uint16_t{4}, out.data());
        const std::size_t at = snp ? 0x50 : 568;
        std::copy(entry.input.begin(), entry.input.end(),
                  out.begin() + static_cast<std::ptrdiff_t>(at));
        if (faults_.wrong_report_data) out[at] ^= 1U;
        out.resize(out.size() - faults_.cut + faults_.longer);
        return out;
    }

    std::string provider_;
    Faults faults_;
    Log& log_;
    std::map<std::string, Entry> entries_;
};

struct TsmRow {
    const char* name;
    std::string provider;
    StandIn::Faults faults;
    std::optional<Errc> refused;
    unsigned attempts;
};
class TsmQuote : public testing::TestWithParam<TsmRow> {};

TEST_P(TsmQuote, is_over_the_asked_report_data_or_refused) {
    StandIn::Log log;
    unsigned pauses = 0;
    TsmOptions options;
    options.attempts_max = 4;
    options.sleep = [&](std::chrono::milliseconds) { ++pauses; };
    auto provider = make_tsm_provider(
        std::make_unique<StandIn>(GetParam().provider, GetParam().faults, log), options);
    ASSERT_TRUE(provider.has_value());
    ReportBytes report;
    report.bytes.fill(0xA7);
    const Result<std::string> quote = (*provider)->quote(report);
    EXPECT_EQ(quote.has_value(), !GetParam().refused.has_value());
    EXPECT_EQ(quote ? std::nullopt : std::optional{quote.error().code}, GetParam().refused);
    const bool over_it = quote && quote->find(to_hex(report.view())) != std::string::npos;
    EXPECT_EQ(over_it, quote.has_value());
    EXPECT_EQ(log.made, GetParam().attempts + 1) << "one entry is for the provider's name";
    EXPECT_EQ(log.removed, log.made);
    EXPECT_EQ(pauses, GetParam().attempts - (GetParam().refused == Errc::kBusy ? 0U : 1U));
}

const TsmRow kRows[] = {
    {"tdx", "tdx_guest", {}, {}, 1},
    {"snp", "sev_guest", {}, {}, 1},
    {"snp_without_certificates", "sev_guest", {.without_certificates = true}, {}, 1},
    {"busy_twice", "tdx_guest", {.outblob = {EBUSY, EAGAIN}}, {}, 3},
    {"interrupted_and_timed_out", "tdx_guest", {.outblob = {EINTR, ETIMEDOUT}}, {}, 3},
    {"input_busy", "tdx_guest", {.inblob = {EBUSY}}, {}, 2},
    {"busy_for_ever", "tdx_guest", {.outblob = std::vector<int>(9, EBUSY)}, Errc::kBusy, 4},
    {"broken", "tdx_guest", {.outblob = {EIO}}, Errc::kIo, 1},
    {"somebody_writes_before", "tdx_guest", {.foreign_writes = 1}, {}, 2},
    {"somebody_writes_meanwhile", "sev_guest", {.late_writes = 2}, {}, 3},
    {"wrong_report_data", "tdx_guest", {.wrong_report_data = true}, Errc::kEvidenceMalformed, 1},
    {"wrong_report_data_snp",
     "sev_guest",
     {.wrong_report_data = true},
     Errc::kEvidenceMalformed,
     1},
    {"short_snp", "sev_guest", {.cut = 1}, Errc::kEvidenceMalformed, 1},
    {"short_tdx", "tdx_guest", {.cut = 700}, Errc::kEvidenceMalformed, 1},
    {"empty", "tdx_guest", {.cut = 1300}, Errc::kEvidenceMalformed, 1},
    {"another_format", "tdx_guest", {.longer = 8192}, Errc::kEvidenceMalformed, 1},
};
INSTANTIATE_TEST_SUITE_P(rows, TsmQuote, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(TsmProvider, is_none_without_a_tree_or_with_another_provider) {
    StandIn::Log log;
    for (const char* name : {"absent", "arm_cca_guest", ""}) {
        const auto provider =
            make_tsm_provider(std::make_unique<StandIn>(name, StandIn::Faults{}, log));
        ASSERT_FALSE(provider.has_value());
        EXPECT_EQ(provider.error().code, Errc::kNoTee);
    }
    const auto nowhere = make_tsm_provider(make_tsm_files("/nonexistent/tsm"));
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_EQ(nowhere.error().code, Errc::kNoTee);
}

TEST(TsmProvider, sets_the_privilege_level_before_it_asks) {
    StandIn::Log log;
    TsmOptions options;
    options.privilege_level = 2;
    auto provider =
        make_tsm_provider(std::make_unique<StandIn>("sev_guest", StandIn::Faults{}, log), options);
    ASSERT_TRUE(provider.has_value());
    EXPECT_EQ((*provider)->kind(), "sev_snp");
    EXPECT_TRUE((*provider)->quote(ReportBytes{}).has_value());
    EXPECT_EQ(log.privilege, "2");
}

// Plain files do not answer, but they are made, written once, read whole and bounded.
TEST(TsmFiles, do_what_the_calls_say) {
    const std::filesystem::path root =
        std::filesystem::temp_directory_path() / ("pramana-tsm-" + std::to_string(::getpid()));
    std::filesystem::create_directories(root);
    const std::unique_ptr<TsmTree> files = make_tsm_files(root);
    EXPECT_EQ(files->make_entry("a"), 0);
    EXPECT_EQ(files->make_entry("a"), EEXIST);
    Bytes content;
    EXPECT_EQ(files->read("a", "outblob", 10, content), ENOENT);
    EXPECT_EQ(files->write("a", "inblob", Bytes{1}), ENOENT);
    std::ofstream{root / "a" / "inblob"} << "";
    EXPECT_EQ(files->write("a", "inblob", Bytes{1, 2, 3}), 0);
    EXPECT_EQ(files->read("a", "inblob", 3, content), 0);
    EXPECT_EQ(content, (Bytes{1, 2, 3}));
    EXPECT_EQ(files->read("a", "inblob", 2, content), EFBIG);
    std::filesystem::remove(root / "a" / "inblob");
    files->remove_entry("a");
    EXPECT_FALSE(std::filesystem::exists(root / "a"));
    std::filesystem::remove_all(root);
}

}  // namespace
