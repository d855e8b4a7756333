// Milliseconds of CPU to open one message of the Vana SDK's shape, best of several, and of the same
// bytes through libcrypto's CFB and SHA-1 one after the other: what a straightforward reader would
// do.

#include "pramana/sealing/openpgp.hpp"
#include "seipd.hpp"

#include <openssl/evp.h>

#include <ctime>
#include <iomanip>
#include <iostream>
#include <memory>

namespace {

using namespace pramana;

const std::string kPassword = "0x" + std::string(130, '5');
const Bytes kKey(32, 0x42);

double cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

template <class Work>
double best_ms(int rounds, const Work& work) {
    double best = 1e9;
    for (int i = 0; i < rounds; ++i) {
        const double begin = cpu_ms();
        work();
        best = std::min(best, cpu_ms() - begin);
    }
    return best;
}

/// CFB by libcrypto, then SHA-1 over all but the digest.
void plain_seipd(ByteView ciphertext) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cipher{
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    static constexpr std::array<std::uint8_t, 16> kZeroIv{};
    SecretBytes out{ciphertext.size()};
    std::array<std::uint8_t, 20> digest{};
    int written = 0;
    PRAMANA_CHECK(EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_cfb128(), kKey.data(),
                                      kZeroIv.data(), nullptr) == 1);
    PRAMANA_CHECK(EVP_DecryptUpdate(cipher.get(), out.expose_mutable().data(), &written,
                                    ciphertext.data(), static_cast<int>(ciphertext.size())) == 1);
    PRAMANA_CHECK(EVP_Digest(out.expose().data(), out.size() - 20, digest.data(), nullptr,
                             EVP_sha1(), nullptr) == 1);
    PRAMANA_CHECK(equal_secret(digest, out.expose().last(20)));
}

}  // namespace

int main() {
    std::cout << "      bytes   count 224    count 96   SEIPD ours   SEIPD libcrypto   (ms)\n";
    for (const std::size_t size : {std::size_t{1} << 10U, std::size_t{1} << 16U,
                                   std::size_t{1} << 20U, std::size_t{16} << 20U}) {
        const Bytes plain(size, 'x');
        const auto sealed = [&](std::uint8_t count) {
            return std::move(*sealing::seal_message(plain, as_bytes_view(kPassword), {count, 0}));
        };
        const auto open = [](const Bytes& message) {
            PRAMANA_CHECK(sealing::open_message(message, as_bytes_view(kPassword), {}).has_value());
        };
        const Bytes slow = sealed(sealing::kSdkS2kCountByte);
        const Bytes fast = sealed(sealing::kFastS2kCountByte);
        const Bytes body = sealing::seal_seipd(kKey, plain);
        std::cout << std::setw(11) << size << std::fixed << std::setprecision(3) << std::setw(12)
                  << best_ms(20, [&] { open(slow); }) << std::setw(12)
                  << best_ms(50, [&] { open(fast); }) << std::setw(13)
                  << best_ms(50,
                             [&] { PRAMANA_CHECK(sealing::open_seipd(kKey, body).has_value()); })
                  << std::setw(18) << best_ms(50, [&] { plain_seipd(body); }) << '\n';
    }
    return 0;
}
