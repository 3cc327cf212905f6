using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Oci;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>The Ollama registry protocol and the OCI pull protocol, read only, over a model store. Authentication is the caller's.</summary>
internal static class RegistryEndpoints
{
    private const string DigestHeader = "Docker-Content-Digest";
    private static readonly string[] s_reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Serves the named models of the store under <c>/v2/</c>.</summary>
    public static void MapRegistry(this IEndpointRouteBuilder endpoints, ModelStore store)
    {
        endpoints.MapMethods("/v2/", s_reading, AnswerVersionAsync);
        endpoints.MapMethods(
            "/v2/{namespace}/{model}/manifests/{tag}",
            s_reading,
            (HttpContext context) => Manifest(context, store).ExecuteAsync(context)
        );
        endpoints.MapMethods(
            "/v2/{namespace}/{model}/tags/list",
            s_reading,
            (HttpContext context) => Tags(context, store).ExecuteAsync(context)
        );
        endpoints.MapMethods(
            "/v2/{namespace}/{model}/blobs/{digest}",
            s_reading,
            (HttpContext context) => Blob(context, store).ExecuteAsync(context)
        );
    }

    private static Task AnswerVersionAsync(HttpContext context)
    {
        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        return Results.Text("{}", "application/json").ExecuteAsync(context);
    }

    private static IResult Manifest(HttpContext context, ModelStore store)
    {
        if (NameOf(context, Value(context, "tag")) is not { } name)
        {
            return InvalidName();
        }

        if (store.FindName(name) is not { } model || !IsPublic(store, model))
        {
            return RegistryError.Of(
                StatusCodes.Status404NotFound,
                "MANIFEST_UNKNOWN",
                $"There is no model '{name}' here."
            );
        }

        string accept = context.Request.Headers.Accept.ToString();
        int oci = accept.IndexOf(OciTypes.Manifest, StringComparison.OrdinalIgnoreCase);
        int ollama = accept.IndexOf(RegistryManifest.MediaType, StringComparison.OrdinalIgnoreCase);
        bool takesOci = oci >= 0;
        // Of both the one that the client names first: general OCI clients do not know Ollama's layers.
        bool takesOllama = !takesOci || (ollama >= 0 && ollama < oci);
        if (takesOllama && RegistryManifest.Write(model) is { } manifest)
        {
            return Manifest(context, manifest, RegistryManifest.MediaType);
        }

        return takesOci
            ? Manifest(context, OciManifest.Of(model).Content, OciTypes.Manifest)
            : RegistryError.Of(
                StatusCodes.Status404NotFound,
                "MANIFEST_UNKNOWN",
                $"The model '{name}' has its weights in {model.Weights.Count()} files, which Ollama cannot read; ask for {OciTypes.Manifest}."
            );
    }

    private static IResult Manifest(HttpContext context, byte[] manifest, string mediaType)
    {
        ModelDigest digest = ModelDigest.FromHash(SHA256.HashData(manifest));
        context.Response.Headers[DigestHeader] = digest.ToString();
        return Results.Bytes(manifest, mediaType, entityTag: TagOf(digest));
    }

    // {"name":"team/demo","tags":["latest","v1"]}
    private static IResult Tags(HttpContext context, ModelStore store)
    {
        if (NameOf(context, "latest") is not { } name)
        {
            return InvalidName();
        }

        string prefix = $"{name.Namespace}/{name.Model}:";
        string[] tags =
        [
            .. store
                .NamedModels()
                .Where(model =>
                    model.Name.StartsWith(prefix, StringComparison.Ordinal) && IsPublic(store, model)
                )
                .Select(model => model.Name[prefix.Length..]),
        ];
        return tags.Length == 0
            ? RegistryError.Of(
                StatusCodes.Status404NotFound,
                "NAME_UNKNOWN",
                $"There is no model '{name.Namespace}/{name.Model}' here."
            )
            : Results.Text(
                new JsonObject
                {
                    ["name"] = $"{name.Namespace}/{name.Model}",
                    ["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]),
                }.ToJsonString(),
                "application/json"
            );
    }

    // The configuration of an OCI manifest is made when it is asked for.
    private static byte[]? ConfigOf(ModelStore store, OllamaName name, ModelDigest digest) =>
        store
            .NamedModels()
            .Where(model =>
                model.Name.StartsWith($"{name.Namespace}/{name.Model}:", StringComparison.Ordinal)
                && IsPublic(store, model)
            )
            .Select(OciManifest.Of)
            .FirstOrDefault(manifest => manifest.ConfigDigest == digest)
            ?.Config;

    private static IResult Blob(HttpContext context, ModelStore store)
    {
        if (NameOf(context, "latest") is not { } name)
        {
            return InvalidName();
        }

        if (!ModelDigest.TryParse(Value(context, "digest"), out ModelDigest digest))
        {
            return RegistryError.Of(
                StatusCodes.Status400BadRequest,
                "DIGEST_INVALID",
                "A digest must be 'sha256:' followed by 64 hexadecimal digits."
            );
        }

        if (ConfigOf(store, name, digest) is { } config)
        {
            context.Response.Headers[DigestHeader] = digest.ToString();
            return Results.Bytes(config, OciTypes.Config, entityTag: TagOf(digest));
        }

        if (!Has(store, name, digest) || store.OpenRead(digest) is not { } content)
        {
            return RegistryError.Of(
                StatusCodes.Status404NotFound,
                "BLOB_UNKNOWN",
                $"There is no such file in '{name.Namespace}/{name.Model}'."
            );
        }

        context.Response.Headers[DigestHeader] = digest.ToString();
        return Results.Stream(
            content,
            "application/octet-stream",
            entityTag: TagOf(digest),
            enableRangeProcessing: true
        );
    }

    // Blobs are answered under the names that they belong to, so that nothing but named models can be read.
    private static bool Has(ModelStore store, OllamaName name, ModelDigest digest) =>
        store
            .NamedModels()
            .Any(model =>
                OllamaName.TryParse(model.Name, out OllamaName? known)
                && known.Namespace == name.Namespace
                && known.Model == name.Model
                && model.Files.Any(file => file.Digest == digest)
                && IsPublic(store, model)
            );

    // What was pulled with a credential is not passed on: whoever asks here has no namespace.
    private static bool IsPublic(ModelStore store, StoredModelFiles model) =>
        model.Files.All(file => store.Access.NamespacesOf(file.Digest) is null);

    private static OllamaName? NameOf(HttpContext context, string? tag) =>
        OllamaName.TryParse(
            $"{Value(context, "namespace")}/{Value(context, "model")}:{tag}",
            out OllamaName? name
        )
            ? name
            : null;

    private static string? Value(HttpContext context, string key) =>
        context.Request.RouteValues[key] as string;

    private static EntityTagHeaderValue TagOf(ModelDigest digest) => new($"\"{digest}\"");

    private static IResult InvalidName() =>
        RegistryError.Of(
            StatusCodes.Status400BadRequest,
            "NAME_INVALID",
            "A name must read namespace/model with letters, digits, '_', '-' and '.'."
        );
}
