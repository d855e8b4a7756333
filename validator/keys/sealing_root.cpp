#include "pramana/keys/sealing_root.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/keys/dstack_keys.hpp"

#include <fcntl.h>
#include <linux/sev-guest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace pramana::keys {
namespace {

constexpr std::size_t kKeySize = 32;
/// Of the firmware's answer, SEV-SNP ABI section 7.2 table 19: status, reserved, key.
constexpr std::size_t kAnswerKeyAt = 32;
/// GUEST_FIELD_SELECT, table 18: what besides the chip's key goes in.
constexpr std::uint64_t kMixPolicy = 1U << 0U;
constexpr std::uint64_t kMixMeasurement = 1U << 3U;
constexpr std::uint32_t kRootVcek = 0;

class DstackRoot final : public SealingRoot {
  public:
    DstackRoot(evidence::DstackGuest guest, attest::DstackKeyPolicy policy)
        : guest_{std::move(guest)}, policy_{std::move(policy)} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return "dstack"; }
    [[nodiscard]] Result<SecretBytes> key() const override {
        const Result<evidence::DstackInfo> about = guest_.info();
        if (!about) return about.error();
        return dstack_secret(guest_, policy_, about->app_id, Purpose::kSealing, 0);
    }

  private:
    evidence::DstackGuest guest_;
    attest::DstackKeyPolicy policy_;
};

class SnpRoot final : public SealingRoot {
  public:
    explicit SnpRoot(SnpGuestCall call) : call_{std::move(call)} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return "sev_snp"; }
    [[nodiscard]] Result<SecretBytes> key() const override {
        snp_derived_key_req asked{};
        asked.root_key_select = kRootVcek;
        asked.guest_field_select = kMixPolicy | kMixMeasurement;
        SecretBytes answer{sizeof(snp_derived_key_resp)};
        snp_guest_request_ioctl request{};
        request.msg_version = 1;
        request.req_data = reinterpret_cast<std::uintptr_t>(&asked);
        request.resp_data = reinterpret_cast<std::uintptr_t>(answer.expose_mutable().data());
        const int failed = call_(SNP_GET_DERIVED_KEY, &request);
        if (failed == EAGAIN || failed == EBUSY || failed == EINTR)
            return Error{Errc::kBusy, "keys.snp.derived"};
        if (failed != 0) return Error{Errc::kIo, "keys.snp.derived"};
        if (load_le<std::uint32_t>(answer.expose().data()) != 0)
            return Error{Errc::kEvidenceMalformed, "keys.snp.status"};
        // An answer that nobody wrote is all zeros, its status too: under that everybody could
        // open.
        const ByteView key = answer.expose().subspan(kAnswerKeyAt, kKeySize);
        if (equal_secret(key, std::array<std::uint8_t, kKeySize>{}))
            return Error{Errc::kEvidenceMalformed, "keys.snp.no_key"};
        return SecretBytes::copy_of(key);
    }

  private:
    SnpGuestCall call_;
};

}  // namespace

std::unique_ptr<SealingRoot> dstack_sealing_root(evidence::DstackGuest guest,
                                                 attest::DstackKeyPolicy policy) {
    return std::make_unique<DstackRoot>(std::move(guest), std::move(policy));
}

std::unique_ptr<SealingRoot> snp_sealing_root(SnpGuestCall call) {
    return std::make_unique<SnpRoot>(std::move(call));
}

Result<std::unique_ptr<SealingRoot>> open_snp_sealing_root(const std::string& device) {
    const int opened = ::open(device.c_str(), O_RDWR | O_CLOEXEC);
    if (opened < 0) return Error{Errc::kNoTee, "keys.snp.device"};
    const std::shared_ptr<const int> handle{new int{opened}, [](const int* fd) {
                                                ::close(*fd);
                                                delete fd;
                                            }};
    return snp_sealing_root([handle](unsigned long request, void* argument) {
        return ::ioctl(*handle, request, argument) == 0 ? 0 : errno;
    });
}

}  // namespace pramana::keys
