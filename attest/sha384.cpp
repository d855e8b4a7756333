#include "sha384.hpp"

#include "pramana/core/check.hpp"

#include <openssl/evp.h>

#include <memory>

namespace pramana::attest {

Hash48 sha384(std::initializer_list<ByteView> parts) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free};
    PRAMANA_CHECK(context && EVP_DigestInit_ex(context.get(), EVP_sha384(), nullptr) == 1);
    for (const ByteView part : parts) {
        PRAMANA_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
    }
    Hash48 out;
    unsigned size = 0;
    PRAMANA_CHECK(EVP_DigestFinal_ex(context.get(), out.bytes.data(), &size) == 1);
    PRAMANA_CHECK(size == Hash48::kSize);
    return out;
}

}  // namespace pramana::attest
