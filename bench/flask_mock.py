"""A mock of WAPI as one writes it in an afternoon: objects in a dict, one route, a search by equality."""

import sys

from flask import Flask, jsonify, request
from werkzeug.serving import WSGIRequestHandler

app = Flask(__name__)
objects = {
    "network": [
        {
            "_ref": "network/ZG5zLm5ldHdvcmskMTAuMC4wLjAvMjQvMA:10.0.0.0/24/default",
            "network": "10.0.0.0/24",
            "network_view": "default",
        }
    ]
}


@app.get("/wapi/v2.12/<object_type>")
def find(object_type):
    if not request.authorization:
        return "401 Authorization Required", 401
    wanted = {name: value for name, value in request.args.items() if not name.startswith("_")}
    found = objects.get(object_type, [])
    return jsonify([one for one in found if all(one.get(name) == value for name, value in wanted.items())])


if __name__ == "__main__":
    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    WSGIRequestHandler.log_request = lambda *arguments: None
    app.run(port=int(sys.argv[1]), threaded=True)
