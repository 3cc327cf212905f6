using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Selectors;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Writing;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.ApiServer.Requests;

/// <summary>One request about objects of a kind that is served.</summary>
internal sealed class ApiRequest(HttpContext http, ApiPath path, ResourceType type)
{
    public HttpContext Http { get; } = http;
    public ResourceType Type { get; } = type;
    public string Namespace => path.Namespace;
    public string Name => path.Name;
    public string Subresource => path.Subresource;
    public string Key => StoredObject.KeyOf(Namespace, Name);
    public Representation Representation { get; } = Representation.Negotiate(http.Request);
    public CancellationToken Aborted => Http.RequestAborted;

    public string Query(string name) => Http.Request.Query[name].ToString();

    public bool QueryFlag(string name) => Query(name) is "true" or "1";

    public ObjectFilter Filter() =>
        new(
            Namespace,
            LabelSelector.Parse(Query("labelSelector")),
            FieldSelector.Parse(Query("fieldSelector"), Type)
        );

    public WriteOptions WriteOptions()
    {
        var dryRun = Http.Request.Query["dryRun"];
        if (dryRun.Count > 0 && dryRun.Any(v => v is not "All"))
        {
            throw ApiErrors.InvalidOptions(
                OptionsKind,
                [FieldError.NotSupported("dryRun", JsonValue.Create(dryRun.ToString()), ["All"])]
            );
        }
        var manager = Query("fieldManager");
        return new()
        {
            DryRun = dryRun.Count > 0,
            FieldManager = manager.Length > 0 ? manager : ManagerFromUserAgent(),
            HasFieldManager = manager.Length > 0,
            Force = QueryFlag("force"),
            Subresource = Subresource,
            FieldValidation = Query("fieldValidation") switch
            {
                "" or "Warn" => FieldValidation.Warn,
                "Strict" => FieldValidation.Strict,
                "Ignore" => FieldValidation.Ignore,
                var other => throw ApiErrors.InvalidOptions(
                    OptionsKind,
                    [
                        FieldError.NotSupported(
                            "fieldValidation",
                            JsonValue.Create(other),
                            ["", "Ignore", "Strict", "Warn"]
                        ),
                    ]
                ),
            },
        };
    }

    /// <summary>What the options of a write by this method are called.</summary>
    private string OptionsKind =>
        Http.Request.Method switch
        {
            "POST" => "CreateOptions",
            "PUT" => "UpdateOptions",
            _ => "PatchOptions",
        };

    /// <summary>The part of the user agent before the first slash, as the API server does.</summary>
    private string ManagerFromUserAgent()
    {
        var agent = Http.Request.Headers.UserAgent.ToString().Split('/')[0];
        return agent.Length == 0 ? "unknown" : agent[..Math.Min(agent.Length, 128)];
    }
}
