#include "pramana/core/check.hpp"
#include "pramana/keys/key_backup.hpp"

// A backup that somebody else wrote: it opens with nobody's key, and its label is read or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    static const SigningKey kRecipient = [] {
        SecretBytes raw{32};
        raw.expose_mutable()[31] = 1;
        return *SigningKey::from_bytes(std::move(raw));
    }();
    const std::string_view text = as_text({bytes, size});
    const Result<keys::BackupLabel> label = keys::read_backup_label(text);
    const Result<keys::KeyMaterial> opened = keys::open_backup(text, kRecipient, "pramana");
    PRAMANA_CHECK(!opened);
    PRAMANA_CHECK(label || opened.error().code == Errc::kMalformedKey);
    return 0;
}
