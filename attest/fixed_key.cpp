// By OpenSSL's curve arithmetic: a group whose generator is the key has a table of its multiples,
// as the curve has of its own generator. Deprecated in OpenSSL 3.0 without a successor, not
// removed.
#define OPENSSL_API_COMPAT 0x10101000L

#include "fixed_key.hpp"

#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <mutex>

namespace pramana::attest {
namespace {

constexpr std::size_t kHalf = 32;
constexpr std::size_t kKeptMost = 4;  // Intel has two PCK authorities

struct Free {
    void operator()(EC_GROUP* p) const noexcept { EC_GROUP_free(p); }
    void operator()(EC_POINT* p) const noexcept { EC_POINT_free(p); }
    void operator()(BN_CTX* p) const noexcept { BN_CTX_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// Numbers that live until the end of a verification.
class Numbers {
  public:
    explicit Numbers(BN_CTX* context) : context_{context} { BN_CTX_start(context_); }
    ~Numbers() { BN_CTX_end(context_); }
    Numbers(const Numbers&) = delete;
    Numbers& operator=(const Numbers&) = delete;
    /// nullptr: no memory.
    [[nodiscard]] BIGNUM* next() { return BN_CTX_get(context_); }
    [[nodiscard]] BIGNUM* of(ByteView raw) {
        return BN_bin2bn(raw.data(), static_cast<int>(raw.size()), next());
    }

  private:
    BN_CTX* context_;
};

bool in_range(const BIGNUM* part, const BIGNUM* order) {
    return !BN_is_zero(part) && BN_cmp(part, order) < 0;
}

}  // namespace

struct FixedKey::Table {
    Owned<EC_GROUP> curve;
    Owned<EC_GROUP> of_key;  ///< the same curve, the key as its generator
};

FixedKey::FixedKey(std::unique_ptr<const Table> table) : table_{std::move(table)} {}
FixedKey::~FixedKey() = default;

std::shared_ptr<const FixedKey> FixedKey::of(const PublicKey& key) {
    if (key.kind() != KeyKind::kP256) return nullptr;
    static std::mutex mutex;
    static std::array<std::pair<Bytes, std::shared_ptr<const FixedKey>>, kKeptMost> kept;
    static std::size_t next = 0;
    const std::lock_guard lock{mutex};
    for (const auto& [point, fixed] : kept)
        if (std::ranges::equal(point, key.point())) return fixed;
    std::shared_ptr<const FixedKey> made = make(key);
    if (!made) return nullptr;
    kept.at(next) = {Bytes(key.point().begin(), key.point().end()), made};
    next = (next + 1) % kKeptMost;
    return made;
}

std::shared_ptr<const FixedKey> FixedKey::make(const PublicKey& key) {
    auto table = std::make_unique<Table>();
    table->curve.reset(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    if (!table->curve) return nullptr;
    const EC_GROUP* const curve = table->curve.get();
    table->of_key.reset(EC_GROUP_dup(curve));
    const Owned<EC_POINT> point{EC_POINT_new(curve)};
    std::array<std::uint8_t, 1 + 2 * kHalf> encoded{4};  // uncompressed, SEC 1 section 2.3.3
    std::ranges::copy(key.point(), encoded.begin() + 1);
    EC_GROUP* const of_key = table->of_key.get();
    if (of_key == nullptr || !point ||
        EC_POINT_oct2point(curve, point.get(), encoded.data(), encoded.size(), nullptr) != 1 ||
        EC_GROUP_set_generator(of_key, point.get(), EC_GROUP_get0_order(curve),
                               EC_GROUP_get0_cofactor(curve)) != 1 ||
        EC_GROUP_precompute_mult(of_key, nullptr) != 1 ||
        EC_GROUP_have_precompute_mult(of_key) != 1)
        return nullptr;
    return std::shared_ptr<const FixedKey>{new FixedKey{std::move(table)}};
}

// FIPS 186-4 section 6.4, with u1 G and u2 Q each by the table of its point.
bool FixedKey::verify(ByteView message, ByteView signature) const {
    if (signature.size() != 2 * kHalf) return false;
    thread_local const Owned<BN_CTX> context{BN_CTX_new()};
    BN_CTX* const scratch = context.get();
    const EC_GROUP* const curve = table_->curve.get();
    const EC_GROUP* const of_key = table_->of_key.get();
    const BIGNUM* const order = EC_GROUP_get0_order(curve);
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256_CTX hash;
    ::SHA256_Init(&hash);
    ::SHA256_Update(&hash, message.data(), message.size());
    ::SHA256_Final(digest.data(), &hash);

    Numbers numbers{scratch};
    const BIGNUM* const r = numbers.of(signature.first(kHalf));
    const BIGNUM* const s = numbers.of(signature.subspan(kHalf));
    BIGNUM* const e = numbers.of(digest);
    BIGNUM* const w = numbers.next();
    BIGNUM* const u2 = numbers.next();
    BIGNUM* const x = numbers.next();
    const Owned<EC_POINT> point{EC_POINT_new(curve)};
    const Owned<EC_POINT> part{EC_POINT_new(of_key)};
    if (r == nullptr || s == nullptr || e == nullptr || x == nullptr || !point || !part ||
        !in_range(r, order) || !in_range(s, order))
        return false;
    return BN_mod_inverse(w, s, order, scratch) != nullptr &&
           BN_mod_mul(e, e, w, order, scratch) == 1 &&   // u1
           BN_mod_mul(u2, r, w, order, scratch) == 1 &&  //
           EC_POINT_mul(curve, point.get(), e, nullptr, nullptr, scratch) == 1 &&
           EC_POINT_mul(of_key, part.get(), u2, nullptr, nullptr, scratch) == 1 &&
           EC_POINT_add(curve, point.get(), point.get(), part.get(), scratch) == 1 &&
           EC_POINT_is_at_infinity(curve, point.get()) == 0 &&
           EC_POINT_get_affine_coordinates(curve, point.get(), x, nullptr, scratch) == 1 &&
           BN_nnmod(x, x, order, scratch) == 1 && BN_cmp(x, r) == 0;
}

}  // namespace pramana::attest
