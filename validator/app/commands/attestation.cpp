#include "attestation.hpp"

#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/evidence/statement.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::size_t kDlpsMax = 256;

/// Reads members of one object; the first that is absent or has another form is remembered.
class MemberReader {
  public:
    explicit MemberReader(const JsonView& object) : object_{object} {}

    std::string text(std::string_view name) {
        const std::optional<JsonView> value = object_.member(name);
        Result<std::string> read = value ? value->text() : Error{Errc::kBadRequest, kSite};
        return keep(std::move(read));
    }
    template <class F>
    F fixed(std::string_view name) {
        return keep(fixed_from_hex<F>(text(name)));
    }
    Bytes bytes(std::string_view name) { return keep(from_hex(text(name))); }
    Word256 decimal(std::string_view name) { return keep(chain::parse_decimal(text(name))); }
    /// A number, or a decimal text where it is above 2^53-1.
    std::uint64_t number(std::string_view name) {
        const std::optional<JsonView> value = object_.member(name);
        if (value && value->kind() == JsonKind::kNumber) return keep(value->whole_number());
        return keep(chain::to_u64(decimal(name)));
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }

  private:
    static constexpr std::string_view kSite = "app.attestation.member";
    template <class T>
    T keep(Result<T> read) {
        failed_ = failed_ || !read;
        return read ? *std::move(read) : T{};
    }
    const JsonView& object_;
    bool failed_ = false;
};

Result<std::vector<AttestedDlp>> read_dlps(const JsonView& statement) {
    constexpr Error kRefused{Errc::kBadRequest, "app.attestation.dlps"};
    const std::optional<JsonView> list = statement.member("dlps");
    if (!list || list->kind() != JsonKind::kArray) return kRefused;
    const std::vector<JsonView> items = list->items();
    if (items.size() > kDlpsMax) return kRefused;
    std::vector<AttestedDlp> dlps;
    for (const JsonView& item : items) {
        MemberReader members{item};
        AttestedDlp dlp;
        dlp.address = members.fixed<Address>("address");
        dlp.instruction = members.text("instruction");
        if (members.failed()) return kRefused;
        dlps.push_back(std::move(dlp));
    }
    return dlps;
}

}  // namespace

Result<Attestation> parse_attestation(std::string_view json) {
    const Result<JsonView> root = read_json(json);
    if (!root) return root.error();
    const std::optional<JsonView> statement = root->member("statement");
    if (!statement) return Error{Errc::kBadRequest, "app.attestation.statement"};
    Attestation read;
    MemberReader members{*statement};
    if (members.text("format") != evidence::kStatementFormat)
        return Error{Errc::kBadRequest, "app.attestation.format"};
    read.provider = members.text("provider");
    read.chain_id = members.number("chain_id");
    read.data_registry = members.fixed<Address>("data_registry");
    read.tee_pool = members.fixed<Address>("tee_pool");
    read.signing_address = members.fixed<Address>("signing_address");
    read.upload_bytes_max = members.number("upload_bytes_max");
    read.min_bid_wei = members.decimal("min_bid_wei");
    const Result<PublicKey> key = parse_public_key(members.bytes("encryption_key"));
    if (members.failed() || !key) return Error{Errc::kBadRequest, "app.attestation.member"};
    read.encryption_key = *key;
    Result<std::vector<AttestedDlp>> dlps = read_dlps(*statement);
    if (!dlps) return dlps.error();
    read.dlps = *std::move(dlps);

    MemberReader frame{*root};
    read.report_data = frame.bytes("report_data");
    const Hash32 said = frame.fixed<Hash32>("statement_sha256");
    if (frame.failed()) return Error{Errc::kBadRequest, "app.attestation.frame"};
    read.statement_text = statement->raw();
    read.statement_hash = sha256(read.statement_text);
    const std::optional<JsonView> gpu = root->member("gpu_evidence");
    if (gpu && gpu->kind() != JsonKind::kNull) read.gpu_evidence_sha256 = sha256(gpu->raw());
    if (said != read.statement_hash) return Error{Errc::kHashMismatch, "app.attestation.hash"};
    return read;
}

Bytes expected_report(const Attestation& attestation, ByteView challenge) {
    const evidence::ReportBytes report = evidence::report_bytes(
        attestation.statement_text, challenge, attestation.gpu_evidence_sha256);
    return {report.bytes.begin(), report.bytes.end()};
}

}  // namespace pramana::app
