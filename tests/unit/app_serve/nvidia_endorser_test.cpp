// NVIDIA's manifests and lists the whole way: a service on loopback, the guarded fetch, what is
// kept.
#include "pramana/evidence/nvidia_endorser.hpp"
#include "pramana/attest/evidence_file.hpp"
#include "pramana/core/json.hpp"
#include "serve/collateral_get.hpp"
#include "unit/attest/made_nvidia.hpp"
#include "unit/net/local_server.hpp"

#include <gtest/gtest.h>

#include <openssl/evp.h>

#include <mutex>

namespace pramana::app {
namespace {

using evidence::GpuEndorsements;
using evidence::NvidiaEndorser;
using made::kNow;
using testing_net::LocalServer;
using testing_net::Script;

const std::string kDriverRim = "/rim/NV_GPU_DRIVER_GH100_550.90.07";
const std::string kVbiosRim = "/rim/NV_GPU_VBIOS_1010_0200_882_96009F0001";
const std::string kRootList = "/crl/l1-root.crl";
const std::string kChipList = "/crl/l2-gh100.crl";

std::string base64(std::string_view text) {
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

made::MadeNvidia made_device() {
    made::NvidiaOrder order;
    order.set(attest::NvidiaField::kProject, made::text_field("1010"));
    order.set(attest::NvidiaField::kProjectSku, made::text_field("0200"));
    order.set(attest::NvidiaField::kChipSku, made::text_field("882"));
    return made::make_nvidia(order);
}

class NvidiaService : public testing::Test {
  protected:
    NvidiaService() {
        config.nvidia_rim_url = server.url("/rim");
        config.nvidia_crl_url = server.url("/crl");
        facts.driver_version = "550.90.07";
        facts.devices = {{.uuid = "GPU-0", .vbios_version = "96.00.9F.00.01"}};
        reports.devices = {{.uuid = "GPU-0", .report = device.report, .chain = device.chain}};
    }
    NvidiaEndorser endorser(bool fetching = true) {
        evidence::NvidiaEndorsing parts;
        if (fetching) parts.get = *collateral_get(config, std::chrono::milliseconds{300});
        if (asks_ocsp) {
            config.nvidia_ocsp_url = server.url("/ocsp");
            parts.post = *collateral_post(config, std::chrono::milliseconds{300});
        }
        parts.services = collateral_services(config);
        parts.notes = {.load = [this](std::string_view name) -> Result<std::optional<Bytes>> {
                           const auto found = notes.find(std::string{name});
                           if (found == notes.end()) return std::optional<Bytes>{};
                           return std::optional{found->second};
                       },
                       .save = [this](std::string_view name, ByteView content) -> Status {
                           notes[std::string{name}] = {content.begin(), content.end()};
                           return Done{};
                       }};
        parts.check = {.roots = device.roots, .now = [this] { return now; }};
        NvidiaEndorser made{std::move(parts)};
        EXPECT_TRUE(made.open());
        return made;
    }
    /// What the gate would say of the device, by the strict default policy.
    bool accepted(const GpuEndorsements& endorsements) {
        attest::NvidiaEvidence judged = device.evidence();
        judged.nonce = *device.nonce;
        judged.driver_rim = *endorsements.driver_rim;
        judged.vbios_rim = endorsements.vbios_rims.at("96.00.9F.00.01");
        judged.revocations = endorsements.revocations;
        judged.ocsp = endorsements.ocsp;
        attest::NvidiaPolicy policy;
        policy.ocsp_required = asks_ocsp;
        return attest::appraise_nvidia(judged, device.roots, policy, now).accepted();
    }
    /// What was asked for since the last call.
    std::vector<std::string> asked() {
        const std::lock_guard lock{mutex};
        return std::exchange(targets, {});
    }
    static std::string manifest(const std::string& target, const std::string& xml) {
        return JsonObject{}
            .text("id", target.substr(5))
            .text("rim", base64(xml))
            .text("sha256", "unused")
            .str();
    }

    Script answer(const std::string& target) {
        if (down) return Script::answer(503, "later");
        if (target == kDriverRim) return Script::answer(200, manifest(target, *device.driver_rim));
        if (target == kVbiosRim) return Script::answer(200, manifest(target, *device.vbios_rim));
        if (target == kRootList)
            return Script::answer(200, std::string{as_text(made::nvidia_root_list(root_list))});
        if (target == kChipList)
            return Script::answer(200, std::string{as_text(made::nvidia_chip_list(chip_list))});
        return Script::answer(404, "no such document");
    }
    Script ocsp(const std::string& request) {
        const std::string_view body =
            std::string_view{request}.substr(request.find("\r\n\r\n") + 4);
        const std::optional<Bytes> reply =
            made::ocsp_reply(as_bytes_view(body), device.issued, [this](const made::Issued& one) {
                const bool revoked = revoked_certificate == one.certificate;
                return made::OcspOrder{.word = revoked ? made::OcspWord::kRevoked
                                                       : made::OcspWord::kGood};
            });
        if (!reply || request.find("Content-Type: application/ocsp-request") == request.npos)
            return Script::answer(400, "");
        return Script::answer(200, std::string{as_text(*reply)});
    }

    made::MadeNvidia device = made_device();
    made::CrlOrder root_list;
    made::CrlOrder chip_list;
    attest::UnixTime now = kNow;
    std::atomic<bool> down{false};
    std::function<std::optional<Script>(const std::string& target)> edit;
    std::mutex mutex;
    std::vector<std::string> targets;
    std::map<std::string, Bytes> notes;
    bool asks_ocsp = false;
    Bytes revoked_certificate;
    evidence::GpuFacts facts;
    evidence::GpuEvidence reports;
    LocalServer server{[this](const std::string& request) {
        const std::size_t at = request.find(' ') + 1;
        const std::string target = request.substr(at, request.find(' ', at) - at);
        const std::lock_guard lock{mutex};
        targets.push_back(target);
        if (edit)
            if (std::optional<Script> other = edit(target)) return *std::move(other);
        if (target == "/ocsp") return down ? Script::answer(503, "later") : ocsp(request);
        return answer(target);
    }};
    config::Attestation config;
};

TEST_F(NvidiaService, has_what_the_gate_asks_for_by_the_names_in_the_report) {
    NvidiaEndorser first = endorser();
    const Result<GpuEndorsements> found = first.endorsements_of(facts, reports);
    ASSERT_TRUE(found) << found.error().site;
    EXPECT_EQ(asked(), (std::vector{kDriverRim, kVbiosRim, kRootList, kChipList}));
    EXPECT_TRUE(accepted(*found));
    EXPECT_TRUE(first.endorsements_of(facts, reports));
    EXPECT_TRUE(asked().empty());
    now += 21'600;
    EXPECT_TRUE(first.endorsements_of(facts, reports));
    EXPECT_EQ(asked(), (std::vector{kRootList, kChipList})) << "a manifest stays as it is";
}

TEST_F(NvidiaService, is_not_needed_for_what_was_kept) {
    ASSERT_TRUE(endorser().endorsements_of(facts, reports));
    down = true;
    (void)asked();
    const Result<GpuEndorsements> later = endorser().endorsements_of(facts, reports);
    ASSERT_TRUE(later) << later.error().site;
    EXPECT_TRUE(accepted(*later));
    EXPECT_EQ(asked(), (std::vector{kRootList, kChipList}));
    EXPECT_TRUE(endorser(false).endorsements_of(facts, reports));
    now += 2 * 86'400;  // behind the lists' end
    EXPECT_EQ(endorser().endorsements_of(facts, reports).error().code, Errc::kEvidenceRefused);
    notes.clear();
    EXPECT_EQ(endorser(false).endorsements_of(facts, reports).error().code, Errc::kEvidenceRefused);
}

TEST_F(NvidiaService, of_lists_never_takes_an_older_one) {
    ASSERT_TRUE(endorser().endorsements_of(facts, reports));
    const auto kept = notes;
    root_list.number = 6;
    root_list.begin = kNow - 600;
    const Result<GpuEndorsements> found = endorser().endorsements_of(facts, reports);
    ASSERT_TRUE(found) << found.error().site;
    EXPECT_TRUE(accepted(*found)) << "with the newer one that was kept";
    EXPECT_EQ(notes.at("nvidia_list l1-root.crl"), kept.at("nvidia_list l1-root.crl"));
    notes.erase("nvidia_list l1-root.crl");
    EXPECT_EQ(endorser().endorsements_of(facts, reports).error().code, Errc::kCollateralOlder);
    root_list.number = 8;
    EXPECT_TRUE(endorser().endorsements_of(facts, reports));
    notes["nvidia_ledger"] = {'{'};
    NvidiaEndorser broken{{.get = {},
                           .services = {},
                           .notes = {.load =
                                         [this](std::string_view name) {
                                             return Result{
                                                 std::optional{notes.at(std::string{name})}};
                                         },
                                     .save = {}},
                           .check = {}}};
    EXPECT_EQ(broken.open().error().code, Errc::kStoreCorrupt);
}

TEST_F(NvidiaService, asks_about_every_certificate_that_nvidia_issued) {
    asks_ocsp = true;
    NvidiaEndorser one = endorser();
    const Result<GpuEndorsements> found = one.endorsements_of(facts, reports);
    ASSERT_TRUE(found) << found.error().site;
    EXPECT_EQ(found->ocsp.size(), device.issued.size());
    EXPECT_TRUE(accepted(*found));
    EXPECT_EQ(std::ranges::count(asked(), "/ocsp"), static_cast<long>(device.issued.size()));
    attest::Endorsements offline;
    const std::string sent = "{\"nvidia\":" + *one.collateral() + '}';
    ASSERT_TRUE(attest::add_endorsements(as_bytes_view(sent), offline));
    EXPECT_EQ(offline.ocsp, found->ocsp) << "they go out with the answer";
    down = true;
    const Result<GpuEndorsements> later = endorser().endorsements_of(facts, reports);
    ASSERT_TRUE(later) << later.error().site;
    EXPECT_EQ(later->ocsp, found->ocsp) << "they were kept";
}

TEST_F(NvidiaService, tells_the_gate_of_a_manifests_signer_that_was_revoked) {
    asks_ocsp = true;
    revoked_certificate = device.issued[3].certificate;
    const Result<GpuEndorsements> found = endorser().endorsements_of(facts, reports);
    ASSERT_TRUE(found) << found.error().site;
    EXPECT_FALSE(accepted(*found));
    asks_ocsp = false;
    down = true;
    const Result<GpuEndorsements> later = endorser().endorsements_of(facts, reports);
    ASSERT_TRUE(later) << later.error().site;
    EXPECT_FALSE(accepted(*later)) << "nor when it is not asked any more";
}

TEST_F(NvidiaService, needs_no_answer_of_the_revocation_service) {
    asks_ocsp = true;
    edit = [](const std::string& target) -> std::optional<Script> {
        if (target != "/ocsp") return std::nullopt;
        return Script::answer(500, "");
    };
    const Result<GpuEndorsements> found = endorser().endorsements_of(facts, reports);
    ASSERT_TRUE(found) << found.error().site;
    EXPECT_TRUE(found->ocsp.empty());
    asks_ocsp = false;
    EXPECT_TRUE(accepted(*found));
}

TEST_F(NvidiaService, lets_others_judge_the_devices_without_asking_anybody) {
    NvidiaEndorser first = endorser();
    EXPECT_FALSE(first.collateral());
    ASSERT_TRUE(first.endorsements_of(facts, reports));
    ASSERT_TRUE(first.collateral());
    const std::string sent = "{\"fetched_unix_s\":1,\"nvidia\":" + *first.collateral() + '}';
    attest::Endorsements offline;
    ASSERT_TRUE(attest::add_endorsements(as_bytes_view(sent), offline));
    attest::EvidenceFile file;
    file.gpus = {{.report = device.report, .chain = device.chain, .uuid = "GPU-0"}};
    attest::Expectation expected;
    expected.nonces = {*device.nonce};
    const auto all_accepted = [&](const attest::Endorsements& endorsements) {
        return std::ranges::all_of(
            attest::appraise_evidence_file(file, endorsements, device.roots, {}, now, expected),
            &attest::Appraisal::accepted);
    };
    EXPECT_TRUE(all_accepted(offline));
    attest::Endorsements altered = offline;  // by whoever carries it
    altered.rims.front().replace(altered.rims.front().find("active=\"True\""), 13,
                                 "active=\"False\"");
    EXPECT_FALSE(all_accepted(altered));
    altered = offline;
    altered.rims.pop_back();
    EXPECT_FALSE(all_accepted(altered));
    altered = offline;
    altered.revocations.pop_back();
    EXPECT_FALSE(all_accepted(altered));
}

struct FaultRow {
    const char* name;
    std::string target;
    std::function<Script(made::MadeNvidia& device)> answer;
    Errc code;
};
std::string rim_json(const std::string& id, const std::string& xml) {
    return JsonObject{}.text("id", id).text("rim", base64(xml)).str();
}
const std::string kDriverId = kDriverRim.substr(5);
const FaultRow kFaults[] = {
    {"limited", kDriverRim, [](auto&) { return Script::answer(429, "", "Retry-After: 60\r\n"); },
     Errc::kFetchFailed},
    {"slow", kVbiosRim,
     [](auto&) {
         Script script = Script::answer(200, "x");
         script.parts[0].pause_before = std::chrono::milliseconds{600};
         return script;
     },
     Errc::kTimeout},
    {"a_page", kDriverRim, [](auto&) { return Script::answer(200, "<html>"); },
     Errc::kEvidenceMalformed},
    {"another_manifest", kDriverRim,
     [](auto& d) { return Script::answer(200, rim_json("NV_GPU_DRIVER_GH100_1", *d.driver_rim)); },
     Errc::kEvidenceMalformed},
    {"no_base64", kDriverRim,
     [](auto&) { return Script::answer(200, R"({"id":")" + kDriverId + R"(","rim":"####"})"); },
     Errc::kEvidenceMalformed},
    {"nothing_in_it", kDriverRim,
     [](auto&) { return Script::answer(200, rim_json(kDriverId, "")); }, Errc::kEvidenceMalformed},
    {"too_large", kDriverRim,
     [](auto&) { return Script::answer(200, std::string((2U << 20U) + 1, 'x')); },
     Errc::kFetchTooLarge},
    {"no_manifest", kDriverRim,
     [](auto&) { return Script::answer(200, rim_json(kDriverId, "<x/>")); },
     Errc::kEvidenceRefused},
    {"of_another_version", kDriverRim,
     [](auto&) {
         made::RimOrder order = made::driver_rim();
         order.version = "551.0";
         return Script::answer(200, rim_json(kDriverId, made::make_rim(order)));
     },
     Errc::kEvidenceRefused},
    {"of_a_foreign_root", kDriverRim,
     [](auto&) {
         made::RimOrder order = made::driver_rim();
         order.foreign_root = true;
         return Script::answer(200, rim_json(kDriverId, made::make_rim(order)));
     },
     Errc::kEvidenceRefused},
    {"changed_behind_its_signature", kDriverRim,
     [](auto&) {
         made::RimOrder order = made::driver_rim();
         order.after = [](std::string& text) {
             const std::size_t at = text.find("550.90.07");
             text.replace(at, 9, "550.90.08");
         };
         return Script::answer(200, rim_json(kDriverId, made::make_rim(order)));
     },
     Errc::kEvidenceRefused},
    {"list_by_another_authority", kRootList,
     [](auto&) { return Script::answer(200, std::string{as_text(made::nvidia_chip_list({}))}); },
     Errc::kEvidenceRefused},
    {"list_outdated", kChipList,
     [](auto&) {
         return Script::answer(200,
                               std::string{as_text(made::nvidia_chip_list({.end = kNow - 1}))});
     },
     Errc::kEvidenceRefused},
    {"authority_revoked", kChipList,
     [](auto&) {
         return Script::answer(
             200,
             std::string{as_text(made::nvidia_chip_list({.serials = {made::kProvisionerSerial}}))});
     },
     Errc::kEvidenceRefused},
};
class NvidiaFault : public NvidiaService, public testing::WithParamInterface<FaultRow> {};
TEST_P(NvidiaFault, is_refused_and_nothing_is_kept) {
    edit = [this](const std::string& target) -> std::optional<Script> {
        if (target != GetParam().target) return std::nullopt;
        return GetParam().answer(device);
    };
    const Result<GpuEndorsements> found = endorser().endorsements_of(facts, reports);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, GetParam().code) << found.error().site;
    EXPECT_TRUE(notes.empty());
}
INSTANTIATE_TEST_SUITE_P(rows, NvidiaFault, testing::ValuesIn(kFaults),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(NvidiaService, is_not_asked_on_the_word_of_who_is_no_device) {
    reports.devices[0].report[45] ^= 1U;
    EXPECT_EQ(endorser().endorsements_of(facts, reports).error().code, Errc::kEvidenceRefused);
    reports.devices[0].report = device.report;
    reports.devices[0].uuid = "GPU-1";
    EXPECT_EQ(endorser().endorsements_of(facts, reports).error().code, Errc::kEvidenceMalformed);
    made::NvidiaOrder order;  // a report that does not name its board
    const made::MadeNvidia nameless = made::make_nvidia(order);
    reports.devices[0] = {.uuid = "GPU-0", .report = nameless.report, .chain = nameless.chain};
    EXPECT_FALSE(endorser().endorsements_of(facts, reports));
    order.set(attest::NvidiaField::kProject, made::text_field("../1010"));
    order.set(attest::NvidiaField::kProjectSku, made::text_field("0200"));
    order.set(attest::NvidiaField::kChipSku, made::text_field("882"));
    const made::MadeNvidia path = made::make_nvidia(order);
    reports.devices[0] = {.uuid = "GPU-0", .report = path.report, .chain = path.chain};
    EXPECT_EQ(endorser().endorsements_of(facts, reports).error().code, Errc::kEvidenceMalformed);
    EXPECT_TRUE(asked().empty());
}

}  // namespace
}  // namespace pramana::app
