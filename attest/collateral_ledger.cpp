#include "pramana/attest/collateral_ledger.hpp"

#include "crl.hpp"

#include "pramana/core/json.hpp"

namespace pramana::attest {
namespace {

constexpr std::size_t kLedgerBytesMax = std::size_t{4} * 1024 * 1024;

/// Errors: any; it is none.
Result<ListNumber> list_number(const std::optional<JsonView>& value) {
    if (!value) return Error{Errc::kStoreCorrupt, "attest.ledger.read"};
    if (value->kind() == JsonKind::kString) {
        const Result<std::string> text = value->text();
        return text ? ListNumber::from_text(*text) : text.error();
    }
    const Result<std::uint64_t> small = value->whole_number();
    return small ? Result<ListNumber>{*small} : small.error();
}

}  // namespace

Result<ListFreshness> freshness_of_list(ByteView list) {
    const Result<Crl> read = read_crl(list);
    if (!read) return read.error();
    return ListFreshness{.issuer = std::string{*read_common_name(read->issuer)},
                         .crl_number = read->number,
                         .crl_issued = read->validity.begin};
}

CollateralLedger::Documents CollateralLedger::documents_of(const IntelFreshness& fresh) {
    const std::string tee = fresh.family.substr(0, fresh.family.find(':'));
    return {
        {"tcb_info " + fresh.family, {fresh.tcb_info_number, fresh.tcb_info_issued}},
        {"qe_identity " + tee, {fresh.qe_identity_number, fresh.qe_identity_issued}},
        {"root_ca_crl", {fresh.root_crl_number, fresh.root_crl_issued}},
        {"pck_crl " + fresh.ca, {fresh.pck_crl_number, fresh.pck_crl_issued}},
    };
}

CollateralLedger::Documents CollateralLedger::documents_of(const ListFreshness& fresh) {
    return {{"crl " + fresh.issuer, {fresh.crl_number, fresh.crl_issued}}};
}

std::optional<std::string> CollateralLedger::first_older(const Documents& documents) const {
    for (const auto& [name, document] : documents) {
        const auto seen = seen_.find(name);
        if (seen == seen_.end() || document >= seen->second) continue;
        return name + ": number " + document.number.text() + " of " + time_text(document.issued) +
               ", after number " + seen->second.number.text() + " of " +
               time_text(seen->second.issued);
    }
    return std::nullopt;
}

Status CollateralLedger::take_over(const Documents& documents) {
    if (first_older(documents)) return Error{Errc::kCollateralOlder, "attest.ledger"};
    for (const auto& [name, document] : documents) seen_[name] = document;
    return Done{};
}

std::optional<std::string> CollateralLedger::older_than_seen(const IntelFreshness& fresh) const {
    return first_older(documents_of(fresh));
}
std::optional<std::string> CollateralLedger::older_than_seen(const ListFreshness& fresh) const {
    return first_older(documents_of(fresh));
}
Status CollateralLedger::observe(const IntelFreshness& fresh) {
    return take_over(documents_of(fresh));
}
Status CollateralLedger::observe(const ListFreshness& fresh) {
    return take_over(documents_of(fresh));
}

std::string CollateralLedger::to_json() const {
    JsonObject seen;
    for (const auto& [name, document] : seen_) {
        JsonObject row;
        if (const std::optional<std::uint64_t> small = document.number.small())
            row.number("number", *small);
        else
            row.text("number", document.number.text());
        row.number("issued", document.issued);
        seen.raw(name, row.str());
    }
    return JsonObject{}.number("version", 1).raw("seen", seen.str()).str();
}

Result<CollateralLedger> CollateralLedger::from_json(std::string_view json) {
    const Error corrupt{Errc::kStoreCorrupt, "attest.ledger.read"};
    if (json.size() > kLedgerBytesMax) return corrupt;
    const Result<JsonView> root = read_json(json, 4);
    if (!root) return corrupt;
    const auto number_in = [&](const JsonView& object, std::string_view name) {
        const std::optional<JsonView> value = object.member(name);
        return value ? value->whole_number() : Result<std::uint64_t>{corrupt};
    };
    const std::optional<JsonView> seen = root->member("seen");
    const Result<std::uint64_t> version = number_in(*root, "version");
    if (!seen || seen->kind() != JsonKind::kObject || !version || *version != 1) return corrupt;
    CollateralLedger ledger;
    for (const JsonView::Member& row : seen->members()) {
        const Result<ListNumber> number = list_number(row.value.member("number"));
        const Result<std::uint64_t> issued = number_in(row.value, "issued");
        if (!number || !issued) return corrupt;
        ledger.seen_[row.name] = {*number, *issued};
    }
    return ledger;
}

}  // namespace pramana::attest
