import proto from 'onnx-proto';

const { ModelProto, TensorProto } = proto.onnx;

/** A model with every initializer of a kilobyte or more moved to the file named, as large exports are stored. */
export const withExternalData = (bytes: Uint8Array, location: string): { model: Uint8Array; data: Uint8Array } => {
  const model = ModelProto.decode(bytes);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of model.graph?.initializer ?? []) {
    const raw = tensor.rawData ?? new Uint8Array();
    if (raw.length < 1024) continue;
    const entry = (key: string, value: string) => ({ key, value });
    tensor.dataLocation = TensorProto.DataLocation.EXTERNAL;
    tensor.externalData = [
      entry('location', location),
      entry('offset', String(offset)),
      entry('length', String(raw.length)),
    ];
    tensor.rawData = new Uint8Array();
    parts.push(raw);
    offset += raw.length;
  }
  return { model: ModelProto.encode(model).finish(), data: Buffer.concat(parts) };
};
