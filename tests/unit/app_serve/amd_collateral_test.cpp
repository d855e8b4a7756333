// AMD's collateral the whole way: a service on loopback, the guarded fetch, the keeper and its
// ledger.
#include "amd_service.hpp"
#include "pramana/evidence/collateral_keeper.hpp"

namespace pramana::app {
namespace {

using evidence::CollateralKeeper;

constexpr std::uint64_t kDay = 86'400;

/// What the keeper holds of it.
class AmdCollateral : public AmdService {
  protected:
    CollateralKeeper keeper() {
        return CollateralKeeper{
            *collateral_get(config, milliseconds{300}),
            collateral_services(config),
            machine.check(),
            {.load = [this](std::string_view name) -> Result<std::optional<Bytes>> {
                 const auto found = notes.find(std::string{name});
                 if (found == notes.end()) return std::optional<Bytes>{};
                 return std::optional{found->second};
             },
             .save = [this](std::string_view name, ByteView content) -> Status {
                 notes[std::string{name}] = {content.begin(), content.end()};
                 return Done{};
             }}};
    }
    std::string evidence() { return *machine.quote(asked()); }
    std::map<std::string, Bytes> notes;
};

TEST_F(AmdCollateral, is_fetched_judged_and_kept) {
    CollateralKeeper fresh = keeper();
    const Status refreshed = fresh.refresh(evidence());
    ASSERT_TRUE(refreshed) << refreshed.error().site;
    const std::string chip = to_hex(Bytes(64, made::kChipByte));
    EXPECT_EQ(kds.targets(),
              (std::vector<std::string>{
                  "/vcek/v1/Genoa/" + chip + "?blSPL=4&teeSPL=0&snpSPL=23&ucodeSPL=213",
                  "/vcek/v1/Genoa/cert_chain", "/vcek/v1/Genoa/crl"}));
    const std::string text = *fresh.current();
    const JsonView amd = *read_json(text)->member("amd");
    const Bytes report = *from_hex(*read_json(evidence())->member("report")->text());
    const Bytes endorsement = *from_hex(*amd.member("endorsement")->text());
    const std::string authorities = *amd.member("authorities")->text();
    const Bytes list = *from_hex(*amd.member("revocations")->text());
    // With it the evidence is accepted by the strict default policy.
    EXPECT_TRUE(attest::appraise_snp({.report = report,
                                      .endorsement = endorsement,
                                      .authorities = authorities,
                                      .revocations = list,
                                      .report_data = {}},
                                     machine.check().roots, {}, kNow)
                    .accepted());
    EXPECT_EQ(fresh.standing()->first_failure, "");
    EXPECT_EQ(fresh.standing()->valid_until, kNow + kDay);
}

TEST_F(AmdCollateral, of_a_cloud_is_fetched_by_its_routes) {
    machine.order.vlek = true;
    machine.table =
        *evidence::snp_certificate_table({machine.endorsement(machine.order.reported), ""});
    CollateralKeeper fresh = keeper();
    EXPECT_FALSE(fresh.refresh(evidence())) << "the stand-in's authority is the VCEK's";
    EXPECT_EQ(kds.targets(),
              (std::vector<std::string>{"/vlek/v1/Genoa/cert_chain", "/vlek/v1/Genoa/crl"}));
}

struct ListRow {
    const char* name;
    std::uint64_t begin;
    std::optional<long> number;
    bool taken;
};
// Behind a list of number 7 of yesterday.
const ListRow kLists[] = {
    {"the_same", kNow - kDay, 7, true},
    {"newer", kNow - kDay / 2, 8, true},
    {"lower_number", kNow - kDay / 2, 6, false},
    {"same_number_of_an_earlier_day", kNow - 2 * kDay, 7, false},
    {"without_a_number", kNow - kDay / 2, {}, false},
};
TEST_F(AmdCollateral, never_goes_back) {
    for (const ListRow& row : kLists) {
        notes.clear();
        kds.revocations = {};
        CollateralKeeper before = keeper();
        ASSERT_TRUE(before.refresh(evidence()));
        const std::optional<std::string> held = before.current();
        kds.revocations.begin = row.begin;
        kds.revocations.number = row.number;
        CollateralKeeper after_restart = keeper();
        ASSERT_TRUE(after_restart.open());
        for (CollateralKeeper* const one : {&before, &after_restart}) {
            const Status refreshed = one->refresh(evidence());
            EXPECT_EQ(refreshed.has_value(), row.taken) << row.name;
            if (refreshed) continue;
            EXPECT_EQ(refreshed.error().code, Errc::kCollateralOlder) << row.name;
            EXPECT_EQ(one->current(), held) << row.name;
        }
    }
}

TEST_F(AmdCollateral, lists_without_numbers_go_by_their_dates) {
    kds.revocations.number.reset();
    CollateralKeeper fresh = keeper();
    ASSERT_TRUE(fresh.refresh(evidence()));
    kds.revocations.begin -= 1;
    EXPECT_EQ(fresh.refresh(evidence()).error().code, Errc::kCollateralOlder);
    kds.revocations.begin += 2;
    EXPECT_TRUE(fresh.refresh(evidence()));
}

TEST_F(AmdCollateral, that_is_not_authentic_or_not_current_is_refused_and_not_kept) {
    const auto refused = [this](const char* what) {
        CollateralKeeper fresh = keeper();
        const Status refreshed = fresh.refresh(evidence());
        EXPECT_FALSE(refreshed) << what;
        EXPECT_FALSE(fresh.current()) << what;
        EXPECT_TRUE(notes.empty()) << what;
        return refreshed ? Errc::kTimeout : refreshed.error().code;
    };
    kds.revocations.end = kNow - 1;
    EXPECT_EQ(refused("outdated"), Errc::kEvidenceRefused);
    kds.revocations = {.begin = kNow + 60};
    EXPECT_EQ(refused("of the future"), Errc::kEvidenceRefused);
    kds.revocations = {.serials = {17}};
    EXPECT_EQ(refused("names the ASK"), Errc::kEvidenceRefused);
    kds.revocations = {};
    edit = [](const std::string& target, const KdsStandIn::Answer& answer) {
        if (!target.ends_with("/crl")) return Script::answer(200, answer.body);
        return Script::answer(
            200, std::string{as_text(made::foreign_revocations(SnpProductLine::kGenoa))});
    };
    EXPECT_EQ(refused("by another key"), Errc::kEvidenceRefused);
    edit = [](const std::string& target, const KdsStandIn::Answer& answer) {
        return Script::answer(200, target.ends_with("/crl") ? "<html>" : answer.body);
    };
    EXPECT_EQ(refused("no list"), Errc::kEvidenceRefused);
    edit = nullptr;
    refused_first = 1;
    EXPECT_EQ(refused("limited"), Errc::kFetchFailed);
}

}  // namespace
}  // namespace pramana::app
