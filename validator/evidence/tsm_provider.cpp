#include "pramana/evidence/tsm_provider.hpp"

#include "report_data.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/crypto/aead.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <mutex>
#include <thread>

namespace pramana::evidence {
namespace {

constexpr std::size_t kWordBytesMax = 64;
constexpr std::size_t kTdxQuoteBytesMax = 8192;  ///< above it the blob is of another format
constexpr std::size_t kSnpReportBytesMax = 4096;
constexpr std::size_t kCertificateBytesMax = 64U << 10U;
constexpr std::chrono::milliseconds kFirstPause{10};

/// What one attempt came to.
struct Attempt {
    int failed = 0;      ///< an errno
    bool moved = false;  ///< somebody else changed the entry meanwhile
    Bytes evidence;
    Bytes certificates;
};

bool is_passing(int failed) {
    return failed == EBUSY || failed == EAGAIN || failed == EINTR || failed == ETIMEDOUT ||
           failed == EEXIST;
}

std::string_view without_line_end(const Bytes& content) {
    std::string_view text = as_text(content);
    while (text.ends_with('\n') || text.ends_with('\0')) text.remove_suffix(1);
    return text;
}

/// "tdx" or "sev_snp"; empty for another provider.
std::string_view kind_of(std::string_view provider) {
    if (provider == "tdx_guest") return "tdx";
    if (provider == "sev_guest") return "sev_snp";
    return {};
}

/// An entry that lives as long as one attempt.
class Entry {
  public:
    explicit Entry(TsmTree& tree) : tree_{tree} {
        std::array<std::uint8_t, 8> name{};
        random_bytes(name);
        name_ = "pramana-" + to_hex(name);
        failed_ = tree_.make_entry(name_);
    }
    ~Entry() {
        if (failed_ == 0) tree_.remove_entry(name_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    [[nodiscard]] int failed() const noexcept { return failed_; }

    int read(std::string_view attribute, std::size_t bytes_max, Bytes& out) {
        return tree_.read(name_, attribute, bytes_max, out);
    }
    int write(std::string_view attribute, ByteView content) {
        return tree_.write(name_, attribute, content);
    }
    /// The number of writes that the entry has seen.
    int generation(std::uint64_t& out) {
        Bytes content;
        if (const int failed = read("generation", kWordBytesMax, content)) return failed;
        const std::string_view text = without_line_end(content);
        const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
        return wrong == std::errc{} && end == text.data() + text.size() ? 0 : EIO;
    }

  private:
    TsmTree& tree_;
    std::string name_;
    int failed_ = 0;
};

class TsmProvider final : public EvidenceProvider {
  public:
    TsmProvider(std::unique_ptr<TsmTree> tree, TsmOptions options, std::string_view kind)
        : tree_{std::move(tree)}, options_{std::move(options)}, kind_{kind} {}

    [[nodiscard]] std::string_view kind() const noexcept override { return kind_; }

    [[nodiscard]] Result<std::string> quote(const ReportBytes& report) override {
        const std::lock_guard guard{one_at_a_time_};
        std::chrono::milliseconds pause = kFirstPause;
        for (unsigned i = 0; i < options_.attempts_max; ++i) {
            const Attempt attempt = ask(report);
            if (attempt.failed == 0 && !attempt.moved) return answer(attempt, report);
            if (attempt.failed == EFBIG)
                return Error{Errc::kEvidenceMalformed, "evidence.tsm.size"};
            if (attempt.failed != 0 && !is_passing(attempt.failed))
                return Error{Errc::kIo, "evidence.tsm"};
            wait(pause);
            pause *= 2;
        }
        return Error{Errc::kBusy, "evidence.tsm.attempts"};
    }

  private:
    void wait(std::chrono::milliseconds pause) const {
        if (options_.sleep)
            options_.sleep(pause);
        else
            std::this_thread::sleep_for(pause);
    }

    [[nodiscard]] Attempt ask(const ReportBytes& report) const {
        Attempt out;
        Entry entry{*tree_};
        std::uint64_t before = 0;
        std::uint64_t after = 0;
        out.failed = entry.failed();
        if (out.failed == 0 && options_.privilege_level)
            out.failed =
                entry.write("privlevel", as_bytes_view(std::to_string(*options_.privilege_level)));
        if (out.failed == 0) out.failed = entry.generation(before);
        if (out.failed == 0) out.failed = entry.write("inblob", report.view());
        if (out.failed == 0) out.failed = entry.generation(after);
        if (out.failed != 0) return out;
        out.moved = after != before + 1;
        if (!out.moved) read_blobs(entry, after, out);
        return out;
    }

    void read_blobs(Entry& entry, std::uint64_t generation, Attempt& out) const {
        const bool snp = kind_ == "sev_snp";
        out.failed =
            entry.read("outblob", snp ? kSnpReportBytesMax : kTdxQuoteBytesMax, out.evidence);
        if (out.failed == 0 && snp) {
            out.failed = entry.read("auxblob", kCertificateBytesMax, out.certificates);
            if (out.failed == ENOENT || out.failed == EINVAL) {  // the host provides none
                out.failed = 0;
                out.certificates.clear();
            }
        }
        std::uint64_t last = 0;
        if (out.failed == 0) out.failed = entry.generation(last);
        out.moved = out.failed == 0 && last != generation;
    }

    [[nodiscard]] Result<std::string> answer(const Attempt& attempt,
                                             const ReportBytes& report) const {
        if (!has_report_data(kind_, attempt.evidence, report))
            return Error{Errc::kEvidenceMalformed, "evidence.tsm.report_data"};
        JsonObject json;
        json.text("kind", kind_);
        json.text(kind_ == "tdx" ? "quote" : "report", to_hex(attempt.evidence));
        if (kind_ == "sev_snp") json.text("certificates", to_hex(attempt.certificates));
        return json.str();
    }

    std::unique_ptr<TsmTree> tree_;
    TsmOptions options_;
    std::string_view kind_;
    std::mutex one_at_a_time_;  ///< the device answers one request anyway
};

}  // namespace

Result<std::unique_ptr<EvidenceProvider>> make_tsm_provider(std::unique_ptr<TsmTree> tree,
                                                            TsmOptions options) {
    Bytes provider;
    {
        Entry entry{*tree};
        if (entry.failed() != 0 || entry.read("provider", kWordBytesMax, provider) != 0)
            return Error{Errc::kNoTee, "evidence.tsm.tree"};
    }
    const std::string_view kind = kind_of(without_line_end(provider));
    if (kind.empty()) return Error{Errc::kNoTee, "evidence.tsm.provider"};
    return std::unique_ptr<EvidenceProvider>{
        std::make_unique<TsmProvider>(std::move(tree), std::move(options), kind)};
}

}  // namespace pramana::evidence
