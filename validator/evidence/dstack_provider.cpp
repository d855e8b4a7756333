#include "pramana/attest/dstack.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/compose.hpp"
#include "pramana/evidence/dstack_guest.hpp"

#include <mutex>

namespace pramana::evidence {
namespace {

constexpr std::size_t kInfoDepthMax = 32;

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

/// The text of a member; empty where there is none or it is of another kind.
std::string text_in(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    return value ? value->text().value_or({}) : std::string{};
}

/// What the agent says that it started.
struct Compose {
    std::optional<Hash32> sha256{};
    std::string document{};  ///< empty: it does not tell
};

Result<Compose> compose_of(const DstackInfo& info) {
    const Result<JsonView> tcb = read_json(info.tcb_info, kInfoDepthMax);
    if (!tcb || tcb->kind() != JsonKind::kObject) return malformed("evidence.dstack.tcb_info");
    Compose compose{.document = text_in(*tcb, "app_compose")};
    if (const std::string hash = text_in(*tcb, "compose_hash"); !hash.empty()) {
        const Result<Hash32> read = fixed_from_hex<Hash32>(hash);
        if (!read) return malformed("evidence.dstack.compose_hash");
        compose.sha256 = *read;
    }
    if (compose.document.empty()) return compose;
    const Hash32 computed = attest::dstack_compose_hash(compose.document);
    if (compose.sha256 && *compose.sha256 != computed)
        return malformed("evidence.dstack.app_compose");
    compose.sha256 = computed;
    return compose;
}

/// Whether a KMS gives out the keys: then the application's id is the contract that it asks.
bool has_kms(const std::string& key_provider_info) {
    const Result<Bytes> raw = from_hex(key_provider_info);
    const std::string text = raw && !raw->empty() ? std::string{as_text(*raw)} : key_provider_info;
    const Result<JsonView> object = read_json(text);
    return object && text_in(*object, "name") == "kms";
}

class DstackProvider final : public EvidenceProvider {
  public:
    explicit DstackProvider(DstackGuest guest) : guest_{std::move(guest)} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return "dstack_tdx"; }

    [[nodiscard]] Result<std::string> quote(const ReportBytes& report) override {
        const std::string compose = document();
        const Result<DstackQuote> quote = guest_.quote(report);
        if (!quote) return quote.error();
        JsonObject json;
        json.text("kind", kind()).text("quote", to_hex(quote->quote));
        json.text("event_log", quote->event_log)
            .text("vm_config", quote->vm_config)
            .text("app_compose", compose);
        return json.str();
    }

    [[nodiscard]] Result<PlatformFacts> platform() override {
        const Result<DstackInfo> info = guest_.info();
        if (!info) return info.error();
        const Result<Compose> compose = compose_of(*info);
        if (!compose) return compose.error();
        PlatformFacts facts{.compose_sha256 = compose->sha256};
        if (!compose->document.empty()) {
            Result<std::vector<std::string>> images = images_of_compose(compose->document);
            if (!images) return images.error();
            facts.images = *std::move(images);
        }
        if (info->app_id.size() == Address::kSize && has_kms(info->key_provider_info)) {
            Address app;
            std::ranges::copy(info->app_id, app.bytes.begin());
            facts.upgrade_authority = UpgradeAuthority{.app_auth = app};
        }
        return facts;
    }

  private:
    /// The compose document, which does not change while the guest runs; empty where the agent does
    /// not tell it. That it told nonsense is for platform() to say.
    std::string document() {
        const std::lock_guard lock{mutex_};
        if (document_) return *document_;
        const Result<DstackInfo> info = guest_.info();
        if (!info) return {};
        Result<Compose> compose = compose_of(*info);
        if (!compose) return {};
        document_ = std::move(compose->document);
        return *document_;
    }

    DstackGuest guest_;
    std::mutex mutex_;
    std::optional<std::string> document_;
};

}  // namespace

std::unique_ptr<EvidenceProvider> make_dstack_provider(DstackGuest guest) {
    return std::make_unique<DstackProvider>(std::move(guest));
}

}  // namespace pramana::evidence
