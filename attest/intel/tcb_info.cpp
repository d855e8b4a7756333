#include "intel/tcb_info.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace pramana::attest {
namespace {

constexpr std::size_t kAdvisoriesMax = 256;
constexpr std::size_t kModulesMax = 64;

/// Reads members of one object; remembers the first that is missing or of another form.
class Members {
  public:
    Members(const JsonView& object, std::string_view& failed) : failed_{failed} {
        if (object.kind() != JsonKind::kObject) fail("attest.tcb.object");
        rows_ = object.members();
    }

    [[nodiscard]] std::optional<JsonView> find(std::string_view name) const {
        const auto row = std::ranges::find_if(
            rows_, [&](const JsonView::Member& member) { return member.name == name; });
        if (row == rows_.end()) return std::nullopt;
        return row->value;
    }
    std::string text(std::string_view name, std::string_view site) {
        const std::optional<JsonView> value = find(name);
        Result<std::string> read = value ? value->text() : Error{Errc::kBadRequest, "absent"};
        if (!read) return fail(site), std::string{};
        return std::move(*read);
    }
    std::uint32_t number(std::string_view name, std::uint32_t max, std::string_view site) {
        const std::optional<JsonView> value = find(name);
        const Result<std::uint64_t> read =
            value ? value->whole_number() : Error{Errc::kBadRequest, "absent"};
        if (!read || *read > max) return fail(site), 0U;
        return static_cast<std::uint32_t>(*read);
    }
    Bytes bytes(std::string_view name, std::size_t size, std::string_view site) {
        const std::string digits = text(name, site);
        Result<Bytes> read = from_hex(digits);
        if (!read || read->size() != size || digits.size() != size * 2) {
            fail(site);
            return Bytes(size, 0);
        }
        return std::move(*read);
    }
    UnixTime time(std::string_view name, std::string_view site) {
        const Result<UnixTime> read = read_iso_time(text(name, site));
        if (!read) return fail(site), UnixTime{0};
        return *read;
    }
    std::vector<JsonView> list(std::string_view name, std::size_t least, std::size_t most,
                               std::string_view site) {
        const std::optional<JsonView> value = find(name);
        if (!value || value->kind() != JsonKind::kArray) return fail(site), std::vector<JsonView>{};
        std::vector<JsonView> items = value->items();
        if (items.size() < least || items.size() > most) return fail(site), std::vector<JsonView>{};
        return items;
    }
    void fail(std::string_view site) {
        if (failed_.empty()) failed_ = site;
    }

  private:
    std::vector<JsonView::Member> rows_;
    std::string_view& failed_;
};

TcbStatus read_status(Members& members) {
    const std::optional<TcbStatus> status =
        tcb_status_of(members.text("tcbStatus", "attest.tcb.tcbStatus"));
    // What Intel derives (TDRelaunchAdvised) or does not list is no status of a level.
    if (!status || static_cast<int>(*status) > static_cast<int>(TcbStatus::kRevoked)) {
        members.fail("attest.tcb.tcbStatus");
        return TcbStatus::kRevoked;
    }
    return *status;
}

std::vector<std::string> read_advisories(Members& members, std::string_view& failed) {
    std::vector<std::string> advisories;
    if (!members.find("advisoryIDs")) return advisories;
    for (const JsonView& item :
         members.list("advisoryIDs", 0, kAdvisoriesMax, "attest.tcb.advisoryIDs")) {
        Result<std::string> id = item.text();
        if (!id || id->size() > 64) {
            failed = "attest.tcb.advisoryIDs";
            return {};
        }
        advisories.push_back(std::move(*id));
    }
    return advisories;
}

Svns read_components(Members& tcb, std::string_view name, std::string_view& failed) {
    Svns svns{};
    const std::vector<JsonView> items = tcb.list(name, 16, 16, "attest.tcb.components");
    for (std::size_t i = 0; i < items.size(); ++i)
        svns[i] = static_cast<std::uint8_t>(
            Members{items[i], failed}.number("svn", 0xff, "attest.tcb.components"));
    return svns;
}

PlatformLevel read_platform_level(const JsonView& object, bool tdx, std::string_view& failed) {
    Members members{object, failed};
    PlatformLevel level;
    const std::optional<JsonView> inner = members.find("tcb");
    if (!inner) return members.fail("attest.tcb.tcb"), level;
    Members tcb{*inner, failed};
    level.sgx = read_components(tcb, "sgxtcbcomponents", failed);
    if (tdx) level.tdx = read_components(tcb, "tdxtcbcomponents", failed);
    level.pce_svn = tcb.number("pcesvn", 0xffff, "attest.tcb.pcesvn");
    (void)members.time("tcbDate", "attest.tcb.tcbDate");
    level.status = read_status(members);
    level.advisories = read_advisories(members, failed);
    return level;
}

std::vector<IsvLevel> read_isv_levels(Members& members, std::string_view& failed) {
    std::vector<IsvLevel> levels;
    for (const JsonView& item :
         members.list("tcbLevels", 1, kTcbLevelsMax, "attest.tcb.tcbLevels")) {
        Members level{item, failed};
        IsvLevel read;
        const std::optional<JsonView> tcb = level.find("tcb");
        if (!tcb) return level.fail("attest.tcb.tcb"), levels;
        read.isv_svn = Members{*tcb, failed}.number("isvsvn", 0xffff, "attest.tcb.isvsvn");
        (void)level.time("tcbDate", "attest.tcb.tcbDate");
        read.status = read_status(level);
        // Intel's merge table has no other status of an enclave or module.
        if (read.status != TcbStatus::kUpToDate && read.status != TcbStatus::kOutOfDate &&
            read.status != TcbStatus::kRevoked)
            level.fail("attest.tcb.tcbStatus");
        read.advisories = read_advisories(level, failed);
        levels.push_back(std::move(read));
    }
    std::ranges::sort(levels, std::ranges::greater{}, &IsvLevel::isv_svn);
    // Two levels at one place would leave the choice to the order sent.
    if (std::ranges::adjacent_find(levels, {}, &IsvLevel::isv_svn) != levels.end())
        members.fail("attest.tcb.level_twice");
    return levels;
}

ModuleIdentity read_module(Members& members) {
    return {
        .id = {},
        .mr_signer = members.bytes("mrsigner", 48, "attest.tcb.module.mrsigner"),
        .attributes = members.bytes("attributes", 8, "attest.tcb.module.attributes"),
        .attributes_mask = members.bytes("attributesMask", 8, "attest.tcb.module.attributesMask"),
        .levels = {}};
}

void read_modules(Members& root, TcbInfo& info, std::string_view& failed) {
    const std::optional<JsonView> base = root.find("tdxModule");
    if (!base) return root.fail("attest.tcb.tdxModule");
    Members base_members{*base, failed};
    info.module = read_module(base_members);
    if (!root.find("tdxModuleIdentities")) return;
    for (const JsonView& item :
         root.list("tdxModuleIdentities", 0, kModulesMax, "attest.tcb.tdxModuleIdentities")) {
        Members members{item, failed};
        ModuleIdentity module = read_module(members);
        module.id = members.text("id", "attest.tcb.module.id");
        for (char& c : module.id)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        module.levels = read_isv_levels(members, failed);
        const auto same = [&](const ModuleIdentity& other) { return other.id == module.id; };
        if (std::ranges::any_of(info.modules, same)) members.fail("attest.tcb.module.id");
        info.modules.push_back(std::move(module));
    }
}

/// Whether every size, kind and depth is sane before anything is looked at.
Result<JsonView> read_root(std::string_view json) {
    if (json.size() > kTcbJsonBytesMax) return Error{Errc::kEvidenceMalformed, "attest.tcb.size"};
    Result<JsonView> root = read_json(json, 12);
    if (!root) return Error{Errc::kEvidenceMalformed, "attest.tcb.json"};
    return root;
}

}  // namespace

Result<TcbInfo> read_tcb_info(std::string_view json) {
    const Result<JsonView> root = read_root(json);
    if (!root) return root.error();
    std::string_view failed;
    Members members{*root, failed};
    TcbInfo info;
    const std::string id = members.text("id", "attest.tcb.id");
    info.tdx = id == "TDX";
    if (!info.tdx && id != "SGX") members.fail("attest.tcb.id");
    if (members.number("version", 3, "attest.tcb.version") != 3) members.fail("attest.tcb.version");
    info.validity = {members.time("issueDate", "attest.tcb.issueDate"),
                     members.time("nextUpdate", "attest.tcb.nextUpdate")};
    info.fmspc = members.bytes("fmspc", 6, "attest.tcb.fmspc");
    info.pce_id = members.bytes("pceId", 2, "attest.tcb.pceId");
    (void)members.number("tcbType", 0, "attest.tcb.tcbType");
    info.evaluation_number =
        members.number("tcbEvaluationDataNumber", 0xffffffff, "attest.tcb.tcbEvaluationDataNumber");
    if (info.tdx) read_modules(members, info, failed);
    for (const JsonView& item : members.list("tcbLevels", 1, kTcbLevelsMax, "attest.tcb.tcbLevels"))
        info.levels.push_back(read_platform_level(item, info.tdx, failed));
    const auto place = [](const PlatformLevel& level) {
        return std::tie(level.sgx, level.pce_svn, level.tdx);
    };
    std::ranges::sort(info.levels, std::ranges::greater{}, place);
    if (std::ranges::adjacent_find(info.levels, {}, place) != info.levels.end())
        members.fail("attest.tcb.level_twice");
    if (!failed.empty()) return Error{Errc::kEvidenceMalformed, failed};
    return info;
}

Result<QeIdentity> read_qe_identity(std::string_view json) {
    const Result<JsonView> root = read_root(json);
    if (!root) return root.error();
    std::string_view failed;
    Members members{*root, failed};
    QeIdentity identity;
    identity.id = members.text("id", "attest.qe.id");
    if (members.number("version", 2, "attest.qe.version") != 2) members.fail("attest.qe.version");
    identity.validity = {members.time("issueDate", "attest.qe.issueDate"),
                         members.time("nextUpdate", "attest.qe.nextUpdate")};
    identity.evaluation_number =
        members.number("tcbEvaluationDataNumber", 0xffffffff, "attest.qe.tcbEvaluationDataNumber");
    const Bytes select = members.bytes("miscselect", 4, "attest.qe.miscselect");
    const Bytes mask = members.bytes("miscselectMask", 4, "attest.qe.miscselectMask");
    identity.misc_select = load_le<std::uint32_t>(select.data());  // bytes as in the report
    identity.misc_select_mask = load_le<std::uint32_t>(mask.data());
    identity.attributes = members.bytes("attributes", 16, "attest.qe.attributes");
    identity.attributes_mask = members.bytes("attributesMask", 16, "attest.qe.attributesMask");
    identity.mr_signer = members.bytes("mrsigner", 32, "attest.qe.mrsigner");
    identity.isv_prod_id =
        static_cast<std::uint16_t>(members.number("isvprodid", 0xffff, "attest.qe.isvprodid"));
    identity.levels = read_isv_levels(members, failed);
    if (!failed.empty()) return Error{Errc::kEvidenceMalformed, failed};
    return identity;
}

}  // namespace pramana::attest
