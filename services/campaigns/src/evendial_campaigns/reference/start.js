"use strict";
SwaggerUIBundle({
  url: "/schema/openapi.json",
  dom_id: "#reference",
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  displayRequestDuration: true,
  filter: true,
  tagsSorter: "alpha",
});
