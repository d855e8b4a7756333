// The certificate of AMD's endorsement key the whole way: a service on loopback, the guarded fetch,
// the file that is kept.
#include "amd_service.hpp"

namespace pramana::app {
namespace {

/// What a report's evidence comes to, by whoever has only it.
attest::Appraisal appraised(const std::string& evidence, const MadeSnpMachine& machine) {
    const Result<JsonView> object = read_json(evidence);
    const Bytes report = *from_hex(*object->member("report")->text());
    const SnpCertificates certificates =
        *evidence::read_snp_certificates(*from_hex(*object->member("certificates")->text()));
    attest::SnpPolicy policy = made::snp_policy();
    policy.revocation_required = false;
    return attest::appraise_snp({.report = report,
                                 .endorsement = certificates.endorsement,
                                 .authorities = certificates.authorities,
                                 .revocations = {},
                                 .report_data = {}},
                                machine.check().roots, policy, kNow);
}

struct LineRow {
    const char* name;
    SnpProductLine line;
    std::string vcek;  ///< as AMD 57230 chapter 4 writes it
};
const std::string kChip8 = "c1c1c1c1c1c1c1c1";
const std::string kChip64 = kChip8 + kChip8 + kChip8 + kChip8 + kChip8 + kChip8 + kChip8 + kChip8;
const LineRow kLines[] = {
    {"milan", SnpProductLine::kMilan,
     "/vcek/v1/Milan/" + kChip64 + "?blSPL=4&teeSPL=0&snpSPL=23&ucodeSPL=213"},
    {"genoa", SnpProductLine::kGenoa,
     "/vcek/v1/Genoa/" + kChip64 + "?blSPL=4&teeSPL=0&snpSPL=23&ucodeSPL=213"},
    {"turin", SnpProductLine::kTurin,
     "/vcek/v1/Turin/" + kChip8 + "?fmcSPL=1&blSPL=1&teeSPL=1&snpSPL=4&ucodeSPL=84"},
};
class OfALine : public AmdService, public testing::WithParamInterface<LineRow> {
  protected:
    OfALine() : AmdService{GetParam().line} {}
};
TEST_P(OfALine, the_endorsement_key_is_fetched_once_and_kept) {
    const std::string base = GetParam().vcek.substr(0, GetParam().vcek.find('/', 9));
    const std::unique_ptr<EvidenceProvider> first = started();
    const Result<std::string> evidence = first->quote(asked());
    ASSERT_TRUE(evidence) << evidence.error().site;
    EXPECT_EQ(kds.targets(), (std::vector{GetParam().vcek, base + "/cert_chain"}));
    EXPECT_TRUE(appraised(*evidence, machine).accepted());
    EXPECT_TRUE(first->quote(asked(1)));
    EXPECT_TRUE(kds.targets().empty());
    down = true;  // a start without a network
    const Result<std::string> later = started()->quote(asked(2));
    ASSERT_TRUE(later) << later.error().site;
    EXPECT_TRUE(appraised(*later, machine).accepted());
    EXPECT_TRUE(kds.targets().empty());
}
INSTANTIATE_TEST_SUITE_P(lines, OfALine, testing::ValuesIn(kLines),
                         [](const auto& row) { return std::string{row.param.name}; });

using AmdEndorsement = AmdService;

TEST_F(AmdEndorsement, of_another_tcb_is_fetched_anew) {
    ASSERT_TRUE(started()->quote(asked()));
    machine.order.reported.snp = 24;  // the host's firmware was updated
    (void)kds.targets();
    const std::unique_ptr<EvidenceProvider> second = started();
    const Result<std::string> evidence = second->quote(asked());
    ASSERT_TRUE(evidence) << evidence.error().site;
    EXPECT_NE(kds.targets().at(0).find("snpSPL=24"), std::string::npos);
    machine.order.reported.microcode = 214;
    machine.order.current.microcode = 214;
    EXPECT_TRUE(second->quote(asked())) << "also in a process that goes on";
    down = true;
    EXPECT_TRUE(started()->quote(asked()));
}

TEST_F(AmdEndorsement, that_the_host_hands_out_is_taken) {
    const Bytes vcek = machine.endorsement(machine.order.reported);
    machine.table = *evidence::snp_certificate_table({vcek, machine.authorities()});
    ASSERT_TRUE(started()->quote(asked()));
    EXPECT_TRUE(kds.targets().empty());
    machine.table = *evidence::snp_certificate_table({vcek, ""});
    ASSERT_TRUE(started()->quote(asked()));
    EXPECT_EQ(kds.targets(), std::vector<std::string>{"/vcek/v1/Genoa/cert_chain"});
}

TEST_F(AmdEndorsement, makes_a_table_as_hosts_do_or_none) {
    const Bytes vcek = machine.endorsement(machine.order.reported);
    const Result<SnpCertificates> read = evidence::read_snp_certificates(
        *evidence::snp_certificate_table({vcek, machine.authorities()}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->endorsement, vcek);
    EXPECT_EQ(read->authorities, machine.authorities());
    EXPECT_TRUE(evidence::read_snp_certificates(*evidence::snp_certificate_table({})));
    const SnpCertificates none[] = {{{1, 2, 3}, ""},
                                    {machine.check().roots.amd.front(), ""},
                                    {{}, "-----BEGIN"},
                                    {{}, "no certificate"},
                                    {{}, machine.authorities() + machine.authorities()}};
    for (const SnpCertificates& certificates : none)
        EXPECT_EQ(evidence::snp_certificate_table(certificates).error().code,
                  Errc::kEvidenceMalformed);
}

TEST_F(AmdEndorsement, of_a_cloud_only_the_host_has) {
    machine.order.vlek = true;
    EXPECT_EQ(started()->quote(asked()).error().code, Errc::kEvidenceRefused);
    EXPECT_TRUE(kds.targets().empty());
}

TEST_F(AmdEndorsement, vouches_for_no_debuggable_guest_and_for_what_was_asked_alone) {
    const Bytes vcek = machine.endorsement(machine.order.reported);
    machine.table = *evidence::snp_certificate_table({vcek, machine.authorities()});
    const auto judged = [&](const evidence::ReportBytes& over) {
        const Status checked =
            evidence::check_authentic(*machine.quote(asked()), over, machine.check());
        return checked ? std::nullopt : std::optional{checked.error().code};
    };
    EXPECT_EQ(judged(asked()), std::nullopt);
    EXPECT_EQ(judged(asked(1)), Errc::kEvidenceRefused);
    machine.order.policy |= std::uint64_t{1} << attest::kSnpPolicyDebug;
    EXPECT_EQ(judged(asked()), Errc::kEvidenceRefused);
}

// A VLEK names no chip, and is a VLEK's for reports that say so only.
TEST_F(AmdEndorsement, of_a_cloud_that_the_host_hands_out_is_taken) {
    machine.order.vlek = true;
    const made::MadeSnp made = made::make_snp(machine.order);
    const std::string asvk = made.authorities.substr(0, made.authorities.find("-----BEGIN", 1));
    machine.table = *evidence::snp_certificate_table({made.endorsement, asvk});
    const Result<std::string> evidence = started()->quote(asked());
    EXPECT_TRUE(evidence) << evidence.error().site;
    machine.order.vlek = false;
    EXPECT_EQ(started()->quote(asked()).error().code, Errc::kEvidenceRefused);
    EXPECT_TRUE(kds.targets().empty());
}

TEST_F(AmdEndorsement, that_was_kept_is_judged_like_any_other) {
    std::filesystem::create_directories(directory);
    MadeSnpMachine other{SnpProductLine::kMilan};
    const Bytes foreign = *evidence::snp_certificate_table(
        {other.endorsement(other.order.reported), other.authorities()});
    for (const Bytes& content : {Bytes{}, Bytes{1, 2, 3}, Bytes(70'000), foreign}) {
        down = true;
        ASSERT_TRUE(write_file_durably(directory / "endorsement.snp", content));
        EXPECT_EQ(started()->quote(asked()).error().code, Errc::kFetchFailed);
        EXPECT_EQ(*read_file(directory / "endorsement.snp", 100'000), content);
        down = false;
        EXPECT_TRUE(started()->quote(asked())) << content.size();
        EXPECT_NE(*read_file(directory / "endorsement.snp", 100'000), content);
    }
}

TEST_F(AmdEndorsement, of_a_made_root_is_neither_taken_nor_kept) {
    EvidenceCheck production = machine.check();
    production.roots = attest::vendor_roots();
    EXPECT_EQ(started(production)->quote(asked()).error().code, Errc::kEvidenceRefused);
    EXPECT_FALSE(kept());
}

TEST_F(AmdEndorsement, is_not_fetched_where_fetching_is_turned_off) {
    SnpEndorsing how = endorsing();
    how.get = nullptr;
    const auto provider =
        make_endorsed_provider(std::make_unique<Machine>(machine), how, machine.check());
    EXPECT_EQ(provider->quote(asked()).error().code, Errc::kEvidenceRefused);
    EXPECT_TRUE(kds.targets().empty());
    ASSERT_TRUE(started()->quote(asked()));
    EXPECT_TRUE(provider->quote(asked())) << "what was kept is enough";
}

TEST_F(AmdEndorsement, waits_when_the_service_limits_it) {
    refused_first = 3;
    EXPECT_TRUE(started()->quote(asked()));
    EXPECT_EQ(pauses,
              (std::vector{milliseconds{3'000}, milliseconds{6'000}, milliseconds{12'000}}));
}

TEST_F(AmdEndorsement, is_not_asked_for_again_at_once_when_every_attempt_failed) {
    refused_first = 1'000;
    const std::unique_ptr<EvidenceProvider> provider = started();
    EXPECT_EQ(provider->quote(asked()).error().code, Errc::kFetchFailed);
    EXPECT_EQ(kds.targets().size(), 4U);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(provider->quote(asked()).error().code, Errc::kFetchFailed);
    EXPECT_TRUE(kds.targets().empty());
    EXPECT_FALSE(kept());
}

bool is_vcek(const std::string& target) { return target.find("ucodeSPL") != std::string::npos; }

/// An answer of the service, spoilt.
struct FaultRow {
    const char* name;
    Script (*spoil)(const std::string& target, const KdsStandIn::Answer& answer,
                    MadeSnpMachine& machine);
    Errc code;
};
const FaultRow kFaults[] = {
    {"slow",
     [](const std::string&, const KdsStandIn::Answer& answer, MadeSnpMachine&) {
         Script script = Script::answer(200, answer.body);
         script.parts[0].pause_before = milliseconds{600};
         return script;
     },
     Errc::kTimeout},
    {"cut",
     [](const std::string&, const KdsStandIn::Answer& answer, MadeSnpMachine&) {
         Script script = Script::answer(200, answer.body);
         script.parts[0].bytes.resize(script.parts[0].bytes.size() - 9);
         return script;
     },
     Errc::kFetchFailed},
    {"not_there",
     [](const std::string&, const KdsStandIn::Answer&, MadeSnpMachine&) {
         return Script::answer(404, "not found");
     },
     Errc::kFetchFailed},
    {"moved_inside_the_network",
     [](const std::string&, const KdsStandIn::Answer&, MadeSnpMachine&) {
         return Script::answer(302, "", "Location: http://127.0.0.1:1/\r\n");
     },
     Errc::kFetchForbidden},
    {"too_large",
     [](const std::string&, const KdsStandIn::Answer&, MadeSnpMachine&) {
         return Script::answer(200, std::string(65'537, 'x'));
     },
     Errc::kFetchTooLarge},
    {"a_page_of_a_proxy",
     [](const std::string&, const KdsStandIn::Answer&, MadeSnpMachine&) {
         return Script::answer(200, "<html>sign in</html>");
     },
     Errc::kEvidenceMalformed},
    {"certificate_with_bytes_behind_it",
     [](const std::string& target, const KdsStandIn::Answer& answer, MadeSnpMachine&) {
         return Script::answer(200, is_vcek(target) ? answer.body + "x" : answer.body);
     },
     Errc::kEvidenceMalformed},
    {"of_another_tcb",
     [](const std::string& target, const KdsStandIn::Answer& answer, MadeSnpMachine& machine) {
         attest::SnpTcb other = machine.order.reported;
         other.microcode = 200;
         return Script::answer(
             200, is_vcek(target) ? std::string{as_text(machine.endorsement(other))} : answer.body);
     },
     Errc::kEvidenceRefused},
    {"changed",
     [](const std::string& target, const KdsStandIn::Answer& answer, MadeSnpMachine&) {
         std::string body = answer.body;
         if (is_vcek(target))
             body[body.size() - 20] = static_cast<char>(body[body.size() - 20] ^ 1);
         return Script::answer(200, body);
     },
     Errc::kEvidenceRefused},
    {"chain_of_another_line",
     [](const std::string& target, const KdsStandIn::Answer& answer, MadeSnpMachine&) {
         const MadeSnpMachine other{SnpProductLine::kMilan};
         return Script::answer(200, is_vcek(target) ? answer.body : other.authorities());
     },
     Errc::kEvidenceRefused},
    {"chain_of_three",
     [](const std::string& target, const KdsStandIn::Answer& answer, MadeSnpMachine&) {
         return Script::answer(200, is_vcek(target) ? answer.body : answer.body + answer.body);
     },
     Errc::kEvidenceMalformed},
};
class AmdFault : public AmdService, public testing::WithParamInterface<FaultRow> {};
TEST_P(AmdFault, is_refused_and_nothing_is_kept) {
    edit = [this](const std::string& target, const KdsStandIn::Answer& answer) {
        return GetParam().spoil(target, answer, machine);
    };
    const std::unique_ptr<EvidenceProvider> provider = started();
    const Result<std::string> evidence = provider->quote(asked());
    ASSERT_FALSE(evidence);
    EXPECT_EQ(evidence.error().code, GetParam().code) << evidence.error().site;
    EXPECT_FALSE(kept());
}
INSTANTIATE_TEST_SUITE_P(rows, AmdFault, testing::ValuesIn(kFaults),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::app
