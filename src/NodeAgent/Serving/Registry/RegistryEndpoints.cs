using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>The Ollama registry protocol, read only, over a model store. Authentication is the caller's.</summary>
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

        if (
            store.FindName(name) is not { } model
            || !IsPublic(store, model)
            || RegistryManifest.Write(model) is not { } manifest
        )
        {
            return RegistryError.Of(
                StatusCodes.Status404NotFound,
                "MANIFEST_UNKNOWN",
                $"There is no model '{name}' here."
            );
        }

        ModelDigest digest = ModelDigest.FromHash(SHA256.HashData(manifest));
        context.Response.Headers[DigestHeader] = digest.ToString();
        return Results.Bytes(manifest, RegistryManifest.MediaType, entityTag: TagOf(digest));
    }

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
