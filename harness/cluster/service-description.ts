import { create, createFileRegistry, fromBinary, type DescService, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { CallOptions, Client, Metadata } from '@grpc/grpc-js';

const PATH = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
/** Field numbers of grpc/reflection/v1/reflection.proto, which never change. */
const FILE_CONTAINING_SYMBOL = 4;
const FILE_DESCRIPTOR_RESPONSE = 4;
const FILE_DESCRIPTOR_PROTO = 1;

/** A service as its server describes it, with all the messages that it uses. */
export interface ServiceDescription {
  readonly service: DescService;
  readonly registry: FileRegistry;
}

/**
 * Asks a server for the description of one of its services by gRPC reflection, which every Vitess program offers
 * (Vitess 24.0.1, go/vt/servenv/grpc_server.go). So no .proto files are kept here, and each version of Vitess is called
 * by its own description.
 *
 * @throws the call's ServiceError, or an Error if the server does not know the service.
 */
export async function describeService(
  client: Client,
  name: string,
  metadata: Metadata,
  options: CallOptions,
): Promise<ServiceDescription> {
  const answer = await askReflection(client, name, metadata, options);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: inOrder(filesIn(answer)) }));
  const service = registry.getService(name);
  if (service === undefined) throw new Error(`the server does not offer ${name}`);
  return { service, registry };
}

async function askReflection(
  client: Client,
  name: string,
  metadata: Metadata,
  options: CallOptions,
): Promise<Uint8Array> {
  const question = Buffer.from(
    new BinaryWriter().tag(FILE_CONTAINING_SYMBOL, WireType.LengthDelimited).string(name).finish(),
  );
  const call = client.makeBidiStreamRequest(PATH, asItIs, asItIs, metadata, options);
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  call.on('data', resolve);
  call.on('error', reject);
  call.on('end', () => reject(new Error('the server described nothing')));
  call.write(question);
  call.end();
  return await promise;
}

function asItIs(bytes: Buffer): Buffer {
  return bytes;
}

/** Returns the files in a ServerReflectionResponse: the service's own, and all that it imports. */
function filesIn(answer: Uint8Array): FileDescriptorProto[] {
  const files: FileDescriptorProto[] = [];
  for (const response of fieldsOf(answer, FILE_DESCRIPTOR_RESPONSE)) {
    for (const file of fieldsOf(response, FILE_DESCRIPTOR_PROTO))
      files.push(fromBinary(FileDescriptorProtoSchema, file));
  }
  return files;
}

function fieldsOf(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}

/** Returns each file after those that it imports, as a registry needs them. */
function inOrder(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const ordered = new Set<FileDescriptorProto>();
  const visit = (name: string) => {
    const file = byName.get(name);
    if (file === undefined || ordered.has(file)) return;
    file.dependency.forEach(visit);
    ordered.add(file);
  };
  for (const name of byName.keys()) visit(name);
  return [...ordered];
}
