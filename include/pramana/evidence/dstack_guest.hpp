#pragma once

#include "pramana/evidence/provider.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::evidence {

/// Where a guest agent listens, and which of its two protocols it speaks.
struct DstackSocket {
    std::string path;
    bool tappd = false;  ///< agents before 0.5: other names, no GetKey
};
/// Where dstack's SDKs look, in their order, the older names last. No environment variable is read:
/// a simulator that one names is no enclave.
[[nodiscard]] std::vector<DstackSocket> dstack_sockets();

struct DstackOptions {
    std::chrono::milliseconds deadline{
        20'000};  ///< for one request, from connecting to the last byte
    unsigned attempts_max = 4;
    std::function<void(std::chrono::milliseconds)> sleep =
        {};  ///< between attempts; a test counts them
};

struct DstackQuote {
    Bytes quote;
    std::string event_log;  ///< JSON text
    std::string vm_config;  ///< JSON text; empty from older agents
};
/// 32 bytes of a key and the two signatures over its public half (docs/attestation-dstack.md).
struct DstackKey {
    SecretBytes key;
    std::array<Bytes, 2> signature_chain;
};
struct DstackInfo {
    Bytes app_id;
    Bytes instance_id;
    std::string tcb_info;                ///< JSON text
    std::string key_provider_info = {};  ///< JSON text, or its hex; empty from older agents
};

/// The guest agent of a dstack enclave, over its Unix socket. What it says is checked for form, and
/// a quote for its report data; whether to believe it is for who appraises. A connection that is
/// refused or breaks, a short answer and a status of 5xx are tried again. Thread: any; calls block.
/// Errors of calls: kBusy (every attempt failed so), kTimeout, kIo (the agent refuses: status 4xx),
/// kEvidenceMalformed (an answer of another form, or over other report data), kNoTee (not offered
/// by this agent). Stand-in: tests/unit/evidence/dstack_guest_test.cpp. Not run on hardware.
class DstackGuest {
  public:
    /// The first socket that is there. Errors: kNoTee.
    [[nodiscard]] static Result<DstackGuest> find(const std::vector<DstackSocket>& sockets,
                                                  DstackOptions options = {});

    [[nodiscard]] Result<DstackQuote> quote(const ReportBytes& report) const;
    /// A secp256k1 key by path and purpose, 1 to 128 printable characters each. The purpose does
    /// not enter the derivation: one path for one use.
    [[nodiscard]] Result<DstackKey> key(std::string_view path, std::string_view purpose) const;
    [[nodiscard]] Result<DstackInfo> info() const;
    [[nodiscard]] const DstackSocket& socket() const noexcept { return socket_; }

  private:
    DstackGuest(DstackSocket socket, DstackOptions options)
        : socket_{std::move(socket)}, options_{std::move(options)} {}
    DstackSocket socket_;
    DstackOptions options_;
};

/// Evidence of kind "dstack_tdx":
/// {"kind","quote":hex,"event_log":text,"vm_config":text,"app_compose":text}; the compose document
/// is empty where the agent does not tell it. platform() gives its hash, its images, and the
/// application's id as the contract that decides about upgrades, where a KMS gives out the keys.
[[nodiscard]] std::unique_ptr<EvidenceProvider> make_dstack_provider(DstackGuest guest);

}  // namespace pramana::evidence
