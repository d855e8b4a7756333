#include "declared_list.hpp"
#include "value_fields.hpp"

#include <algorithm>

// Pools of one protocol lay jobs(id) out differently; a deployment names its own.
namespace pramana::chain::tee_pool {
namespace {

constexpr std::size_t kDeclarationMax = 1024;
constexpr std::string_view kToday =
    "(uint256 fileId,uint256 bidAmount,uint8 status,uint256 addedTimestamp,"
    "address ownerAddress,address teeAddress)";
constexpr std::array<std::string_view, 6> kNames{"fileId",    "status",         "teeAddress",
                                                 "bidAmount", "addedTimestamp", "ownerAddress"};
enum Member : std::size_t { kFile, kStatus, kTee, kBid, kAdded, kOwner };
constexpr std::size_t kNeeded = 3;  // the first ones

bool in_parentheses(std::string_view text) {
    return text.size() >= 2 && text.front() == '(' && text.back() == ')';
}

bool fits(std::size_t member, const abi::Type& type) {
    const bool address = member == kTee || member == kOwner;
    return type.kind == (address ? abi::Kind::kAddress : abi::Kind::kUint);
}

}  // namespace

Result<JobLayout> JobLayout::parse(std::string_view declaration) {
    std::string_view list = trimmed(declaration.empty() ? kToday : declaration);
    if (list.size() > kDeclarationMax || !in_parentheses(list))
        return Error{Errc::kConfigInvalid, "chain.job_layout.parentheses"};
    list = trimmed(list.substr(1, list.size() - 2));
    JobLayout layout;
    layout.at_.fill(std::nullopt);
    // Two pairs: one struct, which stands behind an offset where a member has no fixed length.
    const bool structure = in_parentheses(list) && parts_of(list).size() == 1;
    if (structure) list = trimmed(list.substr(1, list.size() - 2));
    std::vector<abi::Type> types;
    for (const std::string_view part : parts_of(list)) {
        const auto [type_text, member_name] = type_and_name(part);
        const Result<abi::Type> type = abi::parse_type(type_text);
        if (!type) return Error{Errc::kConfigInvalid, "chain.job_layout.type"};
        const auto* const name = std::find(kNames.begin(), kNames.end(), member_name);
        if (name != kNames.end()) {
            const auto member = static_cast<std::size_t>(name - kNames.begin());
            if (layout.at_[member]) return Error{Errc::kConfigInvalid, "chain.job_layout.twice"};
            if (!fits(member, *type))
                return Error{Errc::kConfigInvalid, "chain.job_layout.member_type"};
            layout.at_[member] = types.size();
        }
        types.push_back(*type);
    }
    for (std::size_t member = 0; member < kNeeded; ++member)
        if (!layout.at_[member]) return Error{Errc::kConfigInvalid, "chain.job_layout.missing"};
    layout.structure_ = structure;
    if (structure) {
        std::string text;
        for (const abi::Type& type : types) text += (text.empty() ? "" : ",") + to_text(type);
        Result<abi::Type> whole = abi::parse_type("(" + text + ")");
        if (!whole) return Error{Errc::kConfigInvalid, "chain.job_layout.type"};
        types = {*std::move(whole)};
    }
    layout.types_ = std::move(types);
    return layout;
}

Result<TeeJob> JobLayout::decode(ByteView returned) const {
    if (types_.empty()) return decode_job(returned);  // today's
    const Result<std::vector<abi::Value>> values = abi::decode_canonical(types_, returned);
    if (!values) return values.error();
    const std::vector<abi::Value>& members = structure_ ? values->front().items() : *values;
    std::vector<abi::Value> picked;
    for (const std::optional<std::size_t>& at : at_)
        picked.push_back(at ? members[*at] : abi::uint_value(0));
    ValueFields fields{picked};
    TeeJob job;
    job.file = fields.id<FileId>();
    job.status = fields.enumerator(JobStatus::kCanceled);
    job.tee = fields.address();
    job.bid_wei = fields.word();
    job.added_unix_s = fields.u64();
    job.owner = fields.address();
    return fields.finish(job);
}

}  // namespace pramana::chain::tee_pool
