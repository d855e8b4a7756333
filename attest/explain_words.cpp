#include "explain_words.hpp"

#include "pramana/attest/appraisal.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace pramana::attest {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr Row kKinds[] = {
    {"tdx",
     "an Intel TDX quote: a signed report about a virtual machine (a trust domain, TD) whose "
     "memory "
     "the host cannot read"},
    {"sgx",
     "an Intel SGX quote: a signed report about an enclave, a program whose memory the host "
     "cannot read"},
    {"intel", "said to be an Intel quote"},
    {"sev_snp",
     "an AMD SEV-SNP report: signed by the processor, about a virtual machine whose memory the "
     "host cannot read"},
    {"nvidia_gpu", "a report of an NVIDIA device about its own firmware and protection mode"},
    {"nvidia_set", "the devices of one machine together"},
    {"nvidia_nras", "an answer of NVIDIA's attestation service about the devices of a machine"},
    {"dstack", "the event log of a dstack guest: which application it was started with"},
    {"evidence", "the whole of what was sent"},
    {"statement", "what a validator says about itself: its keys, its build, whom it works for"},
    {"dstack_key", "the signatures that come with a key of dstack's key service"},
    {"ownership_statement", "what a witness says of who owns a contribution"},
    {"export_mail", "a provider's mail about an export, with a record of its key"},
};

/// Which question a check answers; the longest prefix counts.
constexpr Row kQuestions[] = {
    {"intel.quote.", "Is it a genuine quote of Intel hardware?"},
    {"intel.pck.", "Is it a genuine quote of Intel hardware?"},
    {"intel.pck.ca_not_revoked", "Was a certificate withdrawn?"},
    {"intel.pck.not_revoked", "Was a certificate withdrawn?"},
    {"intel.crl.", "Was a certificate withdrawn?"},
    {"intel.tcb_info.", "What does Intel say about this platform, and is that authentic and new?"},
    {"intel.qe_identity.",
     "What does Intel say about this platform, and is that authentic and new?"},
    {"intel.collateral.",
     "What does Intel say about this platform, and is that authentic and new?"},
    {"intel.qe.", "Who signed the quote?"},
    {"intel.quote.signature", "Who signed the quote?"},
    {"intel.module.", "How current is the machine?"},
    {"intel.platform.tcb", "How current is the machine?"},
    {"intel.tcb.", "How current is the machine?"},
    {"intel.platform.", "Is it a machine that the policy wants?"},
    {"intel.td.", "What runs inside, and can the host look in?"},
    {"intel.sgx.", "What runs inside, and can the host look in?"},
    {"intel.report_data", "What was it made for?"},
    {"snp.report.", "Is it a genuine report of an AMD processor?"},
    {"snp.endorsement.", "Is it a genuine report of an AMD processor?"},
    {"snp.chain.", "Is it a genuine report of an AMD processor?"},
    {"snp.key.", "Is it a machine that the policy wants?"},
    {"snp.product.", "Is it a machine that the policy wants?"},
    {"snp.chip.", "Is it a machine that the policy wants?"},
    {"snp.tcb.", "How current is the machine?"},
    {"snp.policy.", "What runs inside, and can the host look in?"},
    {"snp.platform.", "What runs inside, and can the host look in?"},
    {"snp.guest.", "What runs inside, and can the host look in?"},
    {"snp.report_data", "What was it made for?"},
    {"nvidia.report.", "Is it a genuine report of an NVIDIA device?"},
    {"nvidia.report.nonce", "What was it made for?"},
    {"nvidia.chain.", "Is it a genuine report of an NVIDIA device?"},
    {"nvidia.device.", "Is it a device that the policy wants?"},
    {"nvidia.firmware.", "Does it run the firmware that NVIDIA published?"},
    {"nvidia.driver", "Does it run the firmware that NVIDIA published?"},
    {"nvidia.vbios", "Does it run the firmware that NVIDIA published?"},
    {"nvidia.rims", "Does it run the firmware that NVIDIA published?"},
    {"nvidia.set.", "Are these all the devices, each another one?"},
    {"nras.answer.", "Did NVIDIA's service say this, now and about these devices?"},
    {"nras.overall.", "Did NVIDIA's service say this, now and about these devices?"},
    {"nras.devices.", "What did it find?"},
    {"dstack.log.", "Is the log the one behind the quote?"},
    {"dstack.replay.", "Is the log the one behind the quote?"},
    {"dstack.boot.", "What was started?"},
    {"dstack.app.", "What was started?"},
    {"dstack.compose.", "What was started?"},
    {"dstack.instance", "What was started?"},
    {"dstack.key_provider", "Where do its keys come from?"},
    {"dstack.key.", "Where does the key come from?"},
    {"evidence.", "Is it all that the policy asks for?"},
    {"statement.build.", "Which program does it name, and was that measured?"},
    {"statement.keys.kept", "Who has its keys?"},
    {"statement.issued_keys", "Who has its keys?"},
    {"statement.model", "Does it work as the policy wants?"},
    {"statement.chain_id", "Does it work as the policy wants?"},
    {"statement.data_registry", "Does it work as the policy wants?"},
    {"statement.tee_pool", "Does it work as the policy wants?"},
    {"statement.dlps", "Does it work as the policy wants?"},
    {"statement.rulesets", "Does it work as the policy wants?"},
    {"statement.config", "Does it work as the policy wants?"},
    {"statement.", "Is the validator's statement the one that the evidence is about?"},
};

constexpr Row kFacts[] = {
    {"mr_td", "the firmware image that the TD started from"},
    {"rtmr0", "the virtual firmware's settings"},
    {"rtmr1", "the kernel"},
    {"rtmr2", "kernel command line and initial file system"},
    {"rtmr3", "what was extended at run time: for dstack, the application"},
    {"mr_config_id", "the configuration; dstack puts the compose hash here"},
    {"mr_owner", "an owner that the TD names"},
    {"mr_owner_config", "that owner's configuration"},
    {"mr_seam", "the TDX module"},
    {"mr_signer_seam", "who signed the TDX module; zeros: Intel"},
    {"seam_attributes", "attributes of the TDX module"},
    {"td_attributes", "attributes of the TD as a bit mask"},
    {"xfam", "processor features that the TD may use"},
    {"tee_tcb_svn", "versions of TDX module and loader at launch"},
    {"tee_tcb_svn2", "the same, as they are now"},
    {"mr_service_td", "a TD that may migrate this one; zeros: none"},
    {"mr_enclave", "the enclave's code"},
    {"mr_signer", "who signed the enclave"},
    {"attributes", "attributes of the enclave"},
    {"isv_prod_id", "the signer's product number"},
    {"isv_svn", "the product's security version"},
    {"report_data", "64 bytes that the program inside chose: what it vouches for"},
    {"user_data", "an id of the quoting enclave: the same on one machine"},
    {"fmspc", "the platform family"},
    {"pce_id", "Intel's provisioning enclave"},
    {"cpu_svn", "security version of the processor"},
    {"pce_svn", "security version of the provisioning enclave"},
    {"ppid", "the machine"},
    {"platform_instance_id", "the machine since its last provisioning"},
    {"pck_serial", "serial number of the machine's certificate"},
    {"product", "the processor's product line"},
    {"endorsed_by", "VCEK: a key of this chip; VLEK: one that a cloud provider holds"},
    {"signing_key", "proofs are signed with it"},
    {"chip_id", "the processor"},
    {"endorsed_tcb", "firmware that the signing key stands for"},
    {"reported_tcb", "firmware that the host reports"},
    {"current_tcb", "firmware that runs"},
    {"committed_tcb", "firmware below which it cannot be rolled back"},
    {"launch_tcb", "firmware under which the guest was started"},
    {"measurement", "the image that the guest started from"},
    {"host_data", "32 bytes that the host gave at launch: a configuration's hash"},
    {"id_key_digest", "who signed the image"},
    {"author_key_digest", "who certified that signer"},
    {"vmpl", "privilege level of who asked; 0 is the highest"},
    {"policy", "what the guest allows the host, as a bit mask"},
    {"platform_info", "state of the platform, as a bit mask"},
    {"guest_svn", "the guest's own security version"},
    {"nonce", "what the device was asked with"},
    {"fwid", "the firmware that signs"},
    {"device_serial", "serial number of the device's certificate"},
    {"device_key", "the device's public key"},
    {"app-id", "the application"},
    {"compose-hash", "SHA-256 of its compose document"},
    {"instance-id", "this deployment of it"},
    {"key-provider", "who gives it its keys, as JSON in hex"},
    {"os-image-hash", "the operating system image"},
    {"app_key", "the application's public key"},
    {"kms_root", "the root of the key service that issued it"},
    {"tcb_info_number", "Intel's evaluation of the platform that was used"},
    {"signing_address", "signs proofs: the validator's address on chain"},
    {"encryption_key", "contributors encrypt to it"},
    {"tls_key_sha256", "the key that https ends at inside"},
    {"binary_sha256", "the program, by its own word: compare it with a build of yours"},
    {"compose_sha256", "the measured document that names the images below"},
    {"images", "what the compose document starts; one with a digest can be rebuilt"},
    {"config_sha256", "SHA-256 of the operator's configuration file"},
    {"endpoints", "whom it asks about the chain"},
    {"model", "SHA-256 of the model that scores"},
    {"upgrade_authority", "who may replace the program and keep its keys"},
    {"anchor_block", "a block that the validator had read when it made the statement"},
    {"previous", "the statement before this one"},
    {"key_source", "where its private keys come from"},
    {"imported_keys", "whether they were outside of its enclave once"},
    {"backup_recipients", "who may hold them, too: a backup may be sealed to these keys"},
    {"dlps", "whom it works for"},
    {"rulesets", "by which rules, in the order of the DLPs"},
};

constexpr std::string_view kStatus[] = {
    "firmware and microcode are what Intel asks for today",
    "current, but software inside has to be built with mitigations for open advisories",
    "current, but a setting of the machine leaves an advisory open: ask its operator",
    "a setting of the machine and the software inside both need changes",
    "firmware or microcode with known holes: the machine has to be updated",
    "firmware with known holes, and a setting that leaves more open: update and configure it",
    "Intel withdrew this platform: nothing that it says may be believed",
    "the machine is current, but the TD was started before its last update: restart the TD",
    "the TD has to be restarted, and a setting of the machine to be changed",
    "older than anything that Intel still describes: the machine has to be updated",
};
static_assert(std::size(kStatus) == static_cast<std::size_t>(TcbStatus::kNoMatchingLevel) + 1);

std::string_view of(std::span<const Row> rows, std::string_view name) noexcept {
    const auto row = std::ranges::find(rows, name, &Row::first);
    return row == rows.end() ? std::string_view{} : row->second;
}

}  // namespace

std::string_view meaning_of_kind(std::string_view kind) noexcept { return of(kKinds, kind); }
std::string_view meaning_of_fact(std::string_view name) noexcept { return of(kFacts, name); }
std::string_view meaning_of(TcbStatus status) noexcept {
    return kStatus[static_cast<std::size_t>(status)];
}

std::string_view question_of(std::string_view check) noexcept {
    const Row* best = nullptr;
    for (const Row& row : kQuestions)
        if (check.starts_with(row.first) &&
            (best == nullptr || row.first.size() > best->first.size()))
            best = &row;
    return best == nullptr ? std::string_view{} : best->second;
}

}  // namespace pramana::attest
