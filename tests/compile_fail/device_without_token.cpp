// A device takes no tokens without the right to send them.
// expect: no matching function for call
#include "pramana/scoring/device_encoder.hpp"
void use(pramana::scoring::DeviceEncoder& device, const pramana::scoring::TokenBatch& batch,
         std::span<std::int8_t> codes) {
#ifdef FORBIDDEN
    static_cast<void>(device.embed(batch, codes));
#endif
    static_cast<void>(device.uuid());
    static_cast<void>(batch);
    static_cast<void>(codes);
}
