// A validator for JSON Schema 2020-12, for scripts outside of this directory.

import module from 'ajv/dist/2020.js';

/** `(value) => boolean` of a schema; what the schema leaves open is an error of the schema. */
export const validatorOf = (schema) => {
    const Ajv = module.default ?? module;
    return new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
};
